--- What a buffer gets when the server attaches to it.

local M = {}

local function code_lenses(client, buffer)
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = buffer })
    return
  end
  local function refresh()
    if vim.api.nvim_buf_is_valid(buffer) then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end
  end
  local group = vim.api.nvim_create_augroup('testtime.lens.' .. buffer, {})
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
    group = group,
    buffer = buffer,
    callback = refresh,
  })
  -- Results come after the run: the end of each piece of work is when lenses change.
  vim.api.nvim_create_autocmd('LspProgress', {
    group = group,
    pattern = 'end',
    callback = function(event)
      if event.data.client_id == client.id then
        refresh()
      end
    end,
  })
  refresh()
end

---@param client_id integer
---@param buffer integer
function M.attach(client_id, buffer)
  local client = vim.lsp.get_client_by_id(client_id)
  if not client or client.name ~= 'testtime' then
    return
  end
  local options = require('testtime').options
  if options.code_lens and client:supports_method('textDocument/codeLens') then
    code_lenses(client, buffer)
  end
  local inline = vim.lsp.inline_completion
  if options.inline_completion and inline and client:supports_method('textDocument/inlineCompletion') then
    inline.enable(true, { client_id = client_id })
  end
end

return M
