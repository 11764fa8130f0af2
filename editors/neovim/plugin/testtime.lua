if vim.g.loaded_testtime then
  return
end
vim.g.loaded_testtime = true
if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('testtime needs Neovim 0.11 or later', vim.log.levels.ERROR)
  return
end
require('testtime').start()
