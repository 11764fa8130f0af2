--- testtime in Neovim: its options, and what a configuration may call. See :help testtime.

local M = {}

---@class testtime.Options
---@field progress boolean Show running work on the command line.
---@field review boolean Show a verified fix as a diff before anything is applied.
---@field code_lens boolean Show 'Run · Fix' over tests.
---@field inline_completion boolean Show verified bodies of stubs as ghost text (Neovim 0.12 and later).
M.options = { progress = true, review = false, code_lens = false, inline_completion = true }

local started = false

--- Optional: everything has a default, and plugin/testtime.lua starts without it.
---@param options? table any of testtime.Options; `settings` (the server's, see README) and `cmd` go to vim.lsp.config
function M.setup(options)
  options = vim.deepcopy(options or {})
  local server = {}
  if options.cmd then
    server.cmd = options.cmd
  end
  if options.settings then
    server.settings = { testtime = options.settings }
  end
  options.cmd, options.settings = nil, nil
  for name, value in pairs(options) do
    if M.options[name] == nil then
      vim.notify(('testtime: unknown option %q; see :help testtime-options'):format(name), vim.log.levels.WARN)
    elseif type(value) ~= 'boolean' then
      vim.notify(('testtime: option %q takes true or false'):format(name), vim.log.levels.WARN)
    else
      M.options[name] = value
    end
  end
  if next(server) then
    vim.lsp.config('testtime', server)
  end
  M.start()
end

--- The command, the autocommands and the language server. Does nothing the second time.
function M.start()
  if started then
    return
  end
  started = true
  local group = vim.api.nvim_create_augroup('testtime', {})
  vim.api.nvim_create_user_command('Testtime', function(call)
    require('testtime.command').run(call)
  end, {
    nargs = '*',
    desc = 'Verified fixes for failing tests',
    complete = function(...)
      return require('testtime.command').complete(...)
    end,
  })
  vim.api.nvim_create_autocmd('LspProgress', {
    group = group,
    desc = 'testtime: show running work',
    callback = function(event)
      require('testtime.progress').event(event)
    end,
  })
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    desc = 'testtime: code lenses and inline completion',
    callback = function(event)
      require('testtime.attach').attach(event.data.client_id, event.buf)
    end,
  })
  vim.lsp.enable('testtime')
end

--- Tell the server at once what it would otherwise ask for, and that its status may be sent.
function M.before_init(params, config)
  config.settings = config.settings or {}
  local settings = vim.tbl_extend('keep', config.settings.testtime or {}, {
    apply = M.options.review and 'offer' or nil,
    codeLens = M.options.code_lens or nil,
  })
  config.settings.testtime = next(settings) and settings or vim.empty_dict()
  params.initializationOptions = vim.tbl_extend('force', settings, { status = true })
end

--- For a status line: `testtime medium · fix test_x: candidate 12 · $0.00`, or '' in a buffer without the server.
---@return string
function M.statusline()
  return require('testtime.status').line()
end

return M
