-- A command right behind typing in another buffer: what was typed is what is repaired.
local T = ...
T.failing('test_calc.py')
local code = T.edit('calc.py', 2)
local test = vim.fn.bufnr(vim.env.PROJECT .. '/test_calc.py')
vim.api.nvim_set_current_buf(test)
vim.api.nvim_win_set_cursor(0, { 5, 4 })
local sent = {}
local client = T.client()
local notify, request = client.rpc.notify, client.rpc.request
client.rpc.notify = function(method, params) sent[#sent + 1] = method .. ' ' .. params.textDocument.uri return notify(method, params) end
client.rpc.request = function(method, ...) sent[#sent + 1] = method return request(method, ...) end
vim.api.nvim_buf_set_lines(code, 1, 2, false, { '    return a * b' })
vim.cmd('Testtime fix')
T.equal(sent[1], 'textDocument/didChange ' .. vim.uri_from_bufnr(code), 'sent first')
T.wait('fixed', function() return T.heard('fixed test_add') end)
assert(T.progressed('3 of 5 tests fail'), 'the typed text was tested')
assert(not T.text(code):find('a - b', 1, true), 'the typed text was repaired')
