--- `:Testtime`: its subcommands and their completion.

local client = require('testtime.client')
local messages = require('testtime.messages')

local M = {}

local EFFORTS = { 'low', 'medium', 'high', 'max', 'auto' }

local function effort_or_complaint(name)
  if name and not vim.list_contains(EFFORTS, name) then
    messages.show(('no effort %q: %s'):format(name, table.concat(EFFORTS, ', ')), vim.log.levels.WARN)
    return nil, true
  end
  return name, false
end

--- Ask the server what it offers at the cursor and choose the nearest fix.
local function fix_at_cursor(effort)
  local server = client.need()
  if not server then
    return
  end
  local params = vim.lsp.util.make_range_params(0, server.offset_encoding)
  params.context = { diagnostics = {}, only = { 'quickfix' } }
  server:request('textDocument/codeAction', params, function(failure, actions)
    if failure then
      messages.show(failure.message, vim.log.levels.ERROR)
      return
    end
    for _, action in ipairs(actions or {}) do
      local command = type(action.command) == 'table' and action.command or action
      if command.command == 'testtime.fix' then
        local arguments = vim.deepcopy(command.arguments)
        arguments[3] = effort or arguments[3]
        client.execute('testtime.fix', arguments)
        return
      end
    end
    messages.show('no failing test at the cursor; ]d goes to the next, `:Testtime fix all` takes all of the project')
  end, 0)
end

local function fix(arguments)
  local all = arguments[1] == 'all'
  local effort, wrong = effort_or_complaint(arguments[all and 2 or 1])
  if wrong then
    return
  end
  if all then
    client.execute('testtime.fix', { vim.uri_from_bufnr(0), {}, effort or require('testtime.status').effort() })
  else
    fix_at_cursor(effort)
  end
end

local function set_effort(arguments)
  local effort, wrong = effort_or_complaint(arguments[1])
  if wrong then
    return
  end
  if effort then
    local change = { settings = { testtime = { effort = effort } } }
    vim.lsp.config('testtime', change) -- for servers of other projects, started later
    for _, server in ipairs(vim.lsp.get_clients({ name = 'testtime' })) do
      server.settings = vim.tbl_deep_extend('force', server.settings or {}, change.settings)
      server:notify('workspace/didChangeConfiguration', { settings = server.settings })
    end
    require('testtime.status').redraw()
  end
  messages.show('effort ' .. (effort or require('testtime.status').effort()))
end

local function complete_stub()
  local server = client.need()
  if server then
    local position = vim.lsp.util.make_position_params(0, server.offset_encoding).position
    client.execute('testtime.complete', { vim.uri_from_bufnr(0), position })
  end
end

local function spend()
  client.execute('testtime.status', nil, function(status)
    messages.show(require('testtime.status').spend(status))
  end)
end

---@type table<string, { run: fun(arguments: string[]), choices?: string[], about: string }>
M.subcommands = {
  fix = {
    run = fix,
    choices = { 'all', unpack(EFFORTS) },
    about = 'repair the failing test at the cursor, or all of the project',
  },
  run = {
    run = function()
      client.execute('testtime.runTests', { vim.uri_from_bufnr(0) })
    end,
    about = 'run the tests without saving',
  },
  stop = {
    run = function()
      client.execute('testtime.stop')
    end,
    about = 'stop what runs',
  },
  effort = { run = set_effort, choices = EFFORTS, about = 'show or set how much a fix may cost' },
  report = {
    run = function()
      client.execute('testtime.showReport')
    end,
    about = 'the last repair as a page in the browser',
  },
  spend = { run = spend, about = 'money and tokens of today' },
  log = { run = messages.open, about = 'everything testtime said' },
  complete = { run = complete_stub, about = 'find a body for the stub at the cursor until its tests pass' },
  diff = {
    run = function()
      require('testtime.diff').open()
    end,
    about = 'show the verified fix that waits',
  },
  accept = {
    run = function()
      require('testtime.diff').accept()
    end,
    about = 'apply it',
  },
  reject = {
    run = function()
      require('testtime.diff').reject()
    end,
    about = 'discard it',
  },
  why = {
    run = function()
      client.execute('testtime.whyNoFix')
    end,
    about = 'why the last repair found nothing',
  },
}

--- The user command's callback.
function M.run(call)
  local arguments = vim.deepcopy(call.fargs)
  local name = table.remove(arguments, 1) or 'spend'
  local subcommand = M.subcommands[name]
  if not subcommand then
    local names = table.concat(vim.fn.sort(vim.tbl_keys(M.subcommands)), ', ')
    messages.show(('no subcommand %q: %s'):format(name, names), vim.log.levels.WARN)
    return
  end
  subcommand.run(arguments)
end

--- The user command's completion: subcommands, then what the subcommand takes.
---@return string[]
function M.complete(lead, line, cursor)
  local words = vim.split(line:sub(1, cursor):gsub('^.-Testtime%s*', ''), '%s+')
  local candidates = vim.fn.sort(vim.tbl_keys(M.subcommands))
  if #words > 1 then
    local subcommand = M.subcommands[words[1]]
    local more = #words == 2 or (#words == 3 and words[2] == 'all')
    candidates = more and subcommand and subcommand.choices or {}
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead)
  end, candidates)
end

return M
