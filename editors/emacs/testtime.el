;;; testtime.el --- testtime in Emacs, by eglot  -*- lexical-binding: t -*-

;; Emacs 28 with eglot 1.9 or later, `testtime' on the PATH. In your init file:
;;
;;   (load "/path/to/testtime/editors/emacs/testtime.el")
;;
;; then `M-x eglot' in a Python buffer of a project with tests.

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs '(python-mode . ("testtime" "serve")))

;; Any setting of testtime's README, by project or here.
(setq-default eglot-workspace-configuration '(:testtime (:effort "medium")))

;; A verified fix goes in when it is there, one undo step.  Ask with a diff first in eglot 1.10 and later:
;;   (setq eglot-confirm-server-edits 'diff)
(setq eglot-confirm-server-initiated-edits nil)

(defun testtime--do (command &rest arguments)
  "Ask the server for COMMAND with ARGUMENTS; what comes of it is told by the server."
  (jsonrpc-async-request (eglot--current-server-or-lose) :workspace/executeCommand
                         (list :command command :arguments (vconcat arguments))))

(defun testtime-run ()
  "Run the tests of this project without saving."
  (interactive)
  (testtime--do "testtime.runTests" (eglot--path-to-uri (buffer-file-name))))

(defun testtime-stop ()
  "Stop what is running."
  (interactive)
  (testtime--do "testtime.stop"))

(defun testtime-report ()
  "Show the last repair as a page."
  (interactive)
  (testtime--do "testtime.showReport"))

(provide 'testtime)
;;; testtime.el ends here
