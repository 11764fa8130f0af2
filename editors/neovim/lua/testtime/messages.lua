--- What testtime says, on one line each: a longer message would stop you at "Press ENTER". `:Testtime log` has the rest.

local M = {}

---@type string[]
M.said = {}

local function shortened(text)
  local line = vim.split(text, '\n')[1]
  local room = vim.v.echospace
  if line == text and vim.fn.strdisplaywidth(line) <= room then
    return line
  end
  local more = '…' -- no more than that: the price stands near the end of a line
  while line ~= '' and vim.fn.strdisplaywidth(line .. more) > room do
    line = vim.fn.strcharpart(line, 0, vim.fn.strchars(line) - 1)
  end
  return line .. more
end

---@param text string
---@param level? integer of vim.log.levels
function M.show(text, level)
  text = vim.startswith(text, 'testtime: ') and text or 'testtime: ' .. text
  table.insert(M.said, os.date('%H:%M:%S ') .. text:sub(#'testtime: ' + 1))
  vim.notify(shortened(text), level or vim.log.levels.INFO)
end

--- All of it, newest last, in a window of its own.
function M.open()
  local lines = { 'Messages of testtime in this session. The protocol log: ' .. vim.lsp.log.get_filename(), '' }
  for _, message in ipairs(M.said) do
    vim.list_extend(lines, vim.split(message, '\n'))
  end
  vim.cmd.new()
  vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.modifiable = 'nofile', 'wipe', false
  vim.api.nvim_win_set_cursor(0, { #lines, 0 })
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = true, nowait = true, desc = 'close' })
end

return M
