--- :checkhealth testtime

local M = {}

local STATES = { ok = vim.health.ok, note = vim.health.info, problem = vim.health.error }
local SECONDS = 30

local function command()
  local config = vim.lsp.config.testtime or {}
  return type(config.cmd) == 'table' and config.cmd[1] or 'testtime'
end

local function editor()
  vim.health.start('Neovim')
  vim.health.ok(tostring(vim.version()))
  if not vim.lsp.inline_completion then
    vim.health.info('ghost text for completions needs Neovim 0.12')
  end
  if not vim.lsp.is_enabled or vim.lsp.is_enabled('testtime') then
    vim.health.ok('vim.lsp.enable("testtime") was called')
  else
    vim.health.warn('the server is not enabled', 'call require("testtime").setup()')
  end
  local clients = vim.lsp.get_clients({ name = 'testtime' })
  for _, client in ipairs(clients) do
    vim.health.ok(('a server runs for %s'):format(client.root_dir or 'single files'))
  end
  if #clients == 0 then
    vim.health.info('no server runs: it starts with the first Python file')
  end
end

local function server()
  vim.health.start('Server')
  local program = command()
  if vim.fn.executable(program) == 0 then
    vim.health.error(('`%s` is not on the PATH'):format(program), {
      'install it: uv tool install /path/to/testtime',
      "or name it: vim.lsp.config('testtime', { cmd = { '/path/to/testtime', 'serve' } })",
    })
    return
  end
  vim.health.ok(vim.fn.exepath(program))
  local done = vim.system({ program, 'doctor', '--json' }, { text = true, timeout = SECONDS * 1000 }):wait()
  local readable, report = pcall(vim.json.decode, done.stdout or '')
  if not readable or type(report) ~= 'table' then
    vim.health.error('`testtime doctor --json` failed', { vim.trim(done.stderr or '') })
    return
  end
  for _, check in ipairs(report.checks or {}) do
    local say = STATES[check.state] or vim.health.warn
    say(('%s: %s'):format(check.name, check.text))
  end
end

function M.check()
  editor()
  server()
end

return M
