-- The language server. Change any of it with vim.lsp.config('testtime', { … }) in your init.lua.
---@type vim.lsp.Config
return {
  cmd = { 'testtime', 'serve' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'pytest.ini', 'setup.cfg', 'tox.ini', 'setup.py', '.git' },
  -- What was typed is there at once, in every buffer: a command that follows it must not run on older text.
  flags = { debounce_text_changes = 0 },
  settings = { testtime = vim.empty_dict() },
  handlers = require('testtime.handlers'),
  before_init = function(params, config)
    require('testtime').before_init(params, config)
  end,
}
