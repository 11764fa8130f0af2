--- The running language server, and its commands. All of them answer at once; long work reports as progress.

local M = {}

--- The server of a buffer, else any that runs.
---@param buffer? integer
---@return vim.lsp.Client?
function M.find(buffer)
  local here = vim.lsp.get_clients({ name = 'testtime', bufnr = buffer or vim.api.nvim_get_current_buf() })
  return here[1] or vim.lsp.get_clients({ name = 'testtime' })[1]
end

--- The server, or nil after saying why there is none.
---@return vim.lsp.Client?
function M.need()
  local client = M.find()
  if not client then
    local reason = vim.fn.executable('testtime') == 1 and 'open a Python file first'
      or 'no `testtime` on the PATH; see :checkhealth testtime'
    require('testtime.messages').show('the server is not running: ' .. reason, vim.log.levels.WARN)
  end
  return client
end

--- Run one of the server's commands.
---@param command string
---@param arguments? any[]
---@param on_result? fun(result: any, client: vim.lsp.Client) called with nil for null
---@param client? vim.lsp.Client the server of the current buffer without it
function M.execute(command, arguments, on_result, client)
  local messages = require('testtime.messages')
  client = client or M.need()
  if not client then
    return
  end
  local provider = client.server_capabilities.executeCommandProvider or {}
  if not vim.list_contains(provider.commands or {}, command) then
    messages.show(('this server has no %s; update testtime'):format(command), vim.log.levels.WARN)
    return
  end
  local params = { command = command, arguments = arguments }
  client:request('workspace/executeCommand', params, function(failure, result)
    if failure then
      messages.show(failure.message, vim.log.levels.ERROR)
    elseif on_result then
      on_result(result ~= vim.NIL and result or nil, client)
    end
  end, vim.api.nvim_get_current_buf())
end

return M
