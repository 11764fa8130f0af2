-- `:Testtime complete`: a verified body is looked for and offered where the stub stands.
local T = ...
T.failing('test_basket.py')
T.edit('basket.py', 6)
vim.cmd('Testtime complete')
T.wait('a verified body', function() return T.heard('a body of count was verified') end)
T.has(T.heard('a body of count was verified'), '2/2 tests · $0.00')
T.has(T.text(), '        ...')
local client, items = T.client(), nil
client:request('textDocument/completion', vim.lsp.util.make_position_params(0, client.offset_encoding), function(_, answer)
  items = answer.items or answer
end, 0)
T.wait('an answer', function() return items end)
T.equal(#items, 1, 'items')
T.equal(items[1].label, 'return len(self.items)')
local edits = vim.list_extend({ items[1].textEdit }, items[1].additionalTextEdits or {})
vim.lsp.util.apply_text_edits(edits, vim.api.nvim_get_current_buf(), client.offset_encoding)
T.has(T.text(), 'return len(self.items)')
assert(not T.text():find('...', 1, true), 'the body stands where the stub was')
