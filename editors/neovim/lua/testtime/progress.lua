--- Running work on the command line. Neovim has no display of its own for it before 0.12's progress messages.

local M = {}

---@type table<lsp.ProgressToken, { title: string, message: string }>
M.running = {}

local has_kind = vim.fn.has('nvim-0.12') == 1

local function fitting(text)
  while vim.fn.strdisplaywidth(text) > vim.v.echospace do
    text = vim.fn.strcharpart(text, 0, vim.fn.strchars(text) - 1)
  end
  return text
end

local function show(token, work, ended)
  if has_kind then
    vim.api.nvim_echo({ { ended and 'done' or work.message } }, false, {
      id = 'testtime.' .. token,
      kind = 'progress',
      source = 'testtime',
      title = work.title,
      status = ended and 'success' or 'running',
    })
  elseif not vim.api.nvim_get_mode().mode:find('^[cr]') then -- a command line or a prompt stays as it is
    local text = ended and '' or fitting(('testtime: %s: %s'):format(work.title, work.message))
    vim.api.nvim_echo({ { text } }, false, {})
  end
end

--- An LspProgress event.
function M.event(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'testtime' then
    return
  end
  local token, value = event.data.params.token, event.data.params.value
  local work = M.running[token] or { title = value.title or '', message = '' }
  work.message = value.message or work.message
  local ended = value.kind == 'end'
  M.running[token] = not ended and work or nil
  local testtime = require('testtime')
  if testtime.options.progress then
    show(token, work, ended)
  end
  require('testtime.status').redraw()
  if ended and testtime.options.review then
    require('testtime.diff').review(client)
  end
end

return M
