--- Answers to the server that differ from Neovim's own.

local M = {}

--- The document that has changed since the server saw it, or nil. Neovim itself never checks version 0, which is
--- every freshly opened buffer, and checks only the first document of several; and it says `applied` for what it dropped.
---@param edit lsp.WorkspaceEdit
---@return string?
local function stale(edit)
  for _, change in ipairs(edit.documentChanges or {}) do
    local document = change.textDocument
    local version = document and document.version
    if version and version ~= vim.NIL then
      local buffer = vim.uri_to_bufnr(document.uri)
      local current = vim.lsp.util.buf_versions[buffer]
      if current and current ~= version then
        return vim.fn.fnamemodify(vim.uri_to_fname(document.uri), ':.')
      end
    end
  end
end

--- What is being typed and the edit are undone one by one.
local function break_undo()
  vim.cmd('let &g:undolevels = &g:undolevels')
end

---@param params lsp.ApplyWorkspaceEditParams
M['workspace/applyEdit'] = function(_, params, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local moved = stale(params.edit)
  if moved then
    return { applied = false, failureReason = moved .. ' has changed meanwhile' }
  end
  break_undo()
  local applied, failure = pcall(vim.lsp.util.apply_workspace_edit, params.edit, client.offset_encoding)
  break_undo()
  return { applied = applied, failureReason = not applied and tostring(failure) or nil }
end

M['window/showMessage'] = function(_, params)
  local levels = { vim.log.levels.ERROR, vim.log.levels.WARN }
  require('testtime.messages').show(params.message, levels[params.type] or vim.log.levels.INFO)
end

M['testtime/status'] = function(_, status)
  require('testtime.status').update(status)
end

return M
