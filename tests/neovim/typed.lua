-- Text that is typed while a fix is searched for.
local T = ...
T.failing('test_calc.py')
T.edit('calc.py', 2)

-- Elsewhere in the file: the fix comes beside it.
T.choose('Fix test_add')
T.wait('candidates', function() return T.progressed('candidate') end)
vim.api.nvim_buf_set_lines(0, -1, -1, false, { '', '', 'TYPED = True' })
T.wait('the fix', function() return T.text():find('a + b', 1, true) end)
T.has(T.text(), 'TYPED = True')
T.wait('the result', function() return T.heard('fixed test_add') end)
vim.cmd('silent undo')
T.has(T.text(), 'TYPED = True')
T.has(T.text(), 'a - b')

-- At the very place: the user's text stays.
T.choose('Fix test_add')
T.wait('candidates', function() return T.progressed('candidate') end)
vim.api.nvim_buf_set_lines(0, 1, 2, false, { '    return abs(a) - b' })
T.wait('the end', function() return T.progressed('end') and #T.said > 0 end)
T.has(T.text(), 'return abs(a) - b')
assert(not T.text():find('a + b', 1, true), 'nothing was applied')
assert(not T.heard('fixed'), 'nothing is called fixed')
