-- A line is typed at the very moment at which the edit arrives, before the server can know: the edit is refused, verified
-- again on the new text and then applied; nothing that was typed is lost.
local T = ...
T.failing('test_calc.py')
T.edit('calc.py', 2)
local client = T.client()
local apply, asked = client.handlers['workspace/applyEdit'], 0
client.handlers['workspace/applyEdit'] = function(...)
  asked = asked + 1
  if asked == 1 then vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# typed', '' }) end
  return apply(...)
end
T.choose('Fix test_add')
T.wait('the result', function() return T.heard('fixed test_add') end)
T.equal(asked, 2, 'once refused, once applied')
T.has(T.text(), '# typed\n\n')
T.has(T.text(), 'return a + b')
T.has(T.heard('fixed test_add'), '5/5 tests')
vim.cmd('silent undo')
T.has(T.text(), '# typed')
T.has(T.text(), 'return a - b')
