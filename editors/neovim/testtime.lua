-- testtime in Neovim 0.11 or later, without a plugin manager. From your init.lua:
--
--   dofile('/path/to/testtime/editors/neovim/testtime.lua').setup()
--
-- Options (all optional): cmd = { 'testtime', 'serve' }, settings = { effort = 'low', … }.

local M = {}

--- Progress on the command line: Neovim has no display of its own for it.
local function show_progress(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'testtime' then
    return
  end
  local value = event.data.params.value
  local text = value.kind == 'end' and '' or ('testtime: ' .. (value.message or value.title or ''))
  vim.api.nvim_echo({ { text:sub(1, vim.o.columns - 12) } }, false, {})
end

--- Stop every running fix.
function M.stop()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'testtime' })) do
    client:exec_cmd({ title = 'Stop', command = 'testtime.stop' })
  end
end

--- Run the tests of the project of the current buffer.
function M.run()
  local buffer = vim.api.nvim_get_current_buf()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'testtime', bufnr = buffer })) do
    client:exec_cmd({ title = 'Run tests', command = 'testtime.runTests', arguments = { vim.uri_from_bufnr(buffer) } })
  end
end

function M.setup(options)
  options = options or {}
  vim.lsp.config('testtime', {
    cmd = options.cmd or { 'testtime', 'serve' },
    filetypes = { 'python' },
    root_markers = { 'pyproject.toml', 'pytest.ini', 'setup.cfg', 'tox.ini', 'setup.py', '.git' },
    settings = { testtime = options.settings or vim.empty_dict() },
  })
  vim.lsp.enable('testtime')
  vim.api.nvim_create_autocmd('LspProgress', { callback = show_progress })
  vim.api.nvim_create_user_command('TesttimeStop', M.stop, { desc = 'Stop every running fix' })
  vim.api.nvim_create_user_command('TesttimeRun', M.run, { desc = 'Run the tests of this project' })
end

return M
