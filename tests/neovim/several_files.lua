-- One fix that changes several files, one of them not open: each is one undo step, nothing is written.
local T = ...
T.failing('test_total.py')
local open = T.edit('shop.py')
vim.cmd.edit(vim.env.PROJECT .. '/test_total.py')
vim.api.nvim_win_set_cursor(0, { 5, 4 })
T.choose('Fix test_total')
T.wait('the result', function() return T.heard('fixed') end)
local other = vim.fn.bufnr(vim.env.PROJECT .. '/tax.py')
assert(other > 0, 'the other file has a buffer now')
T.has(T.text(open), 'price * count')
T.has(T.text(other), 'amount * 1.2')
T.has(table.concat(vim.fn.readfile(vim.env.PROJECT .. '/tax.py'), '\n'), 'amount * 2.1')
for _, buffer in ipairs({ open, other }) do
  T.equal(vim.bo[buffer].modified, true, 'unsaved')
  vim.api.nvim_buf_call(buffer, function() vim.cmd('silent undo') end)
  T.equal(vim.bo[buffer].modified, false, 'undone in one step')
end
