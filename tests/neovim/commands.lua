-- Every `:Testtime` subcommand but `stop` and the diff's, the completion of the command line, and the status line.
local T = ...
local function complete(line) return vim.fn.getcompletion(line, 'cmdline') end
T.equal(complete('Testtime '), { 'accept', 'complete', 'diff', 'effort', 'fix', 'log', 'reject', 'report', 'run', 'spend', 'stop', 'why' })
T.equal(complete('Testtime re'), { 'reject', 'report' })
T.equal(complete('Testtime fix '), { 'all', 'low', 'medium', 'high', 'max', 'auto' })
T.equal(complete('Testtime fix all h'), { 'high' })
T.equal(complete('Testtime effort m'), { 'medium', 'max' })
T.equal(complete('Testtime run '), {})
vim.cmd('Testtime fly')
T.has(T.heard('no subcommand'), 'accept, complete')
T.equal(T.statusline(), '', 'the status line without a server')
vim.cmd('Testtime run')
assert(T.heard('the server is not running'))

T.edit('test_calc.py', 5)
T.forget()
vim.cmd('Testtime report')
T.wait('no report yet', function() return T.heard('no report yet') end)
vim.cmd('Testtime run')
T.wait('a diagnostic', function() return #vim.diagnostic.get(0) > 0 end)
T.wait('the run ends', function() return T.progressed('end') end)
T.has(T.statusline(), 'testtime medium · $0.00 today')

vim.cmd('Testtime effort')
assert(T.heard('effort medium'))
vim.cmd('Testtime effort huge')
T.has(T.heard('no effort "huge"'), 'low, medium, high, max, auto')
T.equal(T.heard('effort huge'), nil)
vim.cmd('Testtime effort low')
T.has(T.statusline(), 'testtime low')
T.wait('the server has it', function()
  local client, effort = T.client(), nil
  client:request('workspace/executeCommand', { command = 'testtime.status' }, function(_, status) effort = status.effort end)
  return vim.wait(10000, function() return effort end, 10) and effort == 'low'
end)

-- Away from a failing test nothing is started.
vim.api.nvim_win_set_cursor(0, { 1, 0 })
T.forget()
vim.cmd('Testtime fix')
T.wait('nothing here', function() return T.heard('no failing test at the cursor') end)
vim.api.nvim_win_set_cursor(0, { 5, 4 })
vim.cmd('Testtime fix high')
T.wait('the status line shows the job', function() return T.statusline():find('fix test_add: ', 1, true) end)
T.wait('fixed', function() return T.heard('fixed test_add') end)
local code = vim.fn.bufnr(vim.env.PROJECT .. '/calc.py')
T.has(T.text(code), 'a + b')

T.forget()
vim.cmd('Testtime spend')
T.has(T.wait('money', function() return T.heard('today') end), 'today $0.00 of $5.00 · 0 tokens')
T.has(require('testtime.messages').said[#require('testtime.messages').said], 'last: fix test_add, $0.00')
T.forget()
vim.cmd('Testtime')
T.wait('the same without a subcommand', function() return T.heard('today $0.00') end)
local opened
vim.ui.open = function(what) opened = what return { wait = function() return { code = 0 } end } end
vim.cmd('Testtime report')
T.wait('the report', function() return opened or T.heard('the report is ') end)
vim.cmd('Testtime why')
T.wait('how it ended', function() return T.heard('fixed test_add') end)

-- `fix all` after an undo.
vim.api.nvim_buf_call(code, function() vim.cmd('silent undo') end)
T.wait('the undo brings the failure back', function() return #vim.diagnostic.get(0) > 0 end)
T.forget()
vim.cmd('Testtime fix all low')
T.wait('fixed again', function() return T.heard('fixed test_add') end)

vim.cmd('Testtime log')
T.has(T.text(), 'fixed test_add · 5/5 tests · $0.00 · ')
T.has(T.text(), 'no subcommand "fly"')
T.has(T.text(), vim.lsp.log.get_filename())
vim.cmd.close()
