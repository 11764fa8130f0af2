-- An edit for a text that has moved on, of which the server cannot know yet: Neovim tells it 150 ms later.
local T = ...
local buffer = T.edit('calc.py', 2)
local client = T.client()
local function deliver(version)
  local edit = { documentChanges = { {
    textDocument = { uri = vim.uri_from_bufnr(buffer), version = version },
    edits = { { range = { start = { line = 1, character = 0 }, ['end'] = { line = 2, character = 0 } }, newText = '    return a + b\n' } },
  } } }
  local handler = client.handlers['workspace/applyEdit']
  return handler(nil, { edit = edit, label = 'a fix' }, { client_id = client.id, method = 'workspace/applyEdit' })
end
T.equal(vim.lsp.util.buf_versions[buffer], 0, 'a freshly opened buffer has version 0')
vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { '# typed meanwhile' })
local typed = T.text(buffer)
local answer = deliver(0)
T.equal(answer.applied, false, 'a stale version 0')
T.has(answer.failureReason, 'calc.py has changed meanwhile')
T.equal(T.text(buffer), typed, 'the text')
vim.cmd('silent undo')
T.equal(deliver(vim.lsp.util.buf_versions[buffer]).applied, true, 'the version of now')
T.has(T.text(buffer), 'return a + b')

-- In the middle of typing: the fix is a step of its own.
vim.cmd('edit!')
T.wait('attached again', function() return vim.lsp.util.buf_versions[buffer] ~= nil end)
function Deliver() answer = deliver(vim.lsp.util.buf_versions[buffer]) end
vim.api.nvim_feedkeys(vim.keycode('Go# half a wo<Cmd>lua Deliver()<CR>rd<Esc>'), 'tx', false)
T.equal(answer.applied, true, 'while typing')
T.has(T.text(buffer), 'return a + b')
T.has(T.text(buffer), '# half a word')
vim.cmd('silent undo | silent undo')
T.has(T.text(buffer), 'return a - b')
T.has(T.text(buffer), '# half a wo')
