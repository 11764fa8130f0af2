-- :checkhealth, :help, and the installation without a plugin manager.
local T = ...
T.edit('calc.py')
vim.cmd('silent checkhealth testtime')
local report = T.text()
T.has(report, 'a server runs for ' .. vim.env.PROJECT)
T.has(report, 'interpreter: ')
T.has(report, 'isolation: ')
T.has(report, vim.env.TESTTIME)
assert(not report:find('ERROR', 1, true), report)
vim.lsp.config('testtime', { cmd = { '/nowhere/testtime', 'serve' } })
vim.cmd('silent checkhealth testtime')
T.has(T.text(), '`/nowhere/testtime` is not on the PATH')
for _, topic in ipairs({ 'testtime', ':Testtime', 'testtime-options', 'testtime-diff', 'testtime-statusline' }) do
  vim.cmd.help(topic)
  T.has(vim.api.nvim_buf_get_name(0), 'testtime.txt')
end
