;; -*- lexical-binding: t -*-
;; Save, see the failure, take the quick fix, undo it: what `test_emacs.py' reads is printed by `say'.

(defun say (format &rest arguments) (princ (concat (apply #'format format arguments) "\n")))

(defun wait-for (what seconds condition)
  "Wait until CONDITION holds; end with a failure that says WHAT after SECONDS."
  (let ((end (+ (float-time) seconds)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless value (say "GAVE UP: %s" what) (kill-emacs 1))
    value))

(defun holds (file text)
  "Whether FILE's buffer has TEXT in it."
  (with-current-buffer (find-file-noselect file)
    (save-excursion (goto-char (point-min)) (search-forward text nil t))))

(setq eglot-sync-connect 60)
(find-file "test_calc.py")
(call-interactively #'eglot)
(set-buffer-modified-p t)
(save-buffer)
(wait-for "a diagnostic" 90 (lambda () (flymake-start) (flymake-diagnostics)))
(let ((diagnostic (car (flymake-diagnostics))))
  (say "diagnostic: %s" (car (split-string (flymake-diagnostic-text diagnostic) "\n")))
  (goto-char (flymake-diagnostic-beg diagnostic)))
(let* ((server (eglot-current-server))
       (here (eglot--pos-to-lsp-position (point)))
       (actions (append (jsonrpc-request server :textDocument/codeAction
                                         (list :textDocument (eglot--TextDocumentIdentifier)
                                               :range (list :start here :end here)
                                               :context (list :diagnostics [])))
                        nil))
       (fix (seq-find (lambda (action) (string-prefix-p "Fix test_add" (plist-get action :title))) actions))
       (command (plist-get fix :command))
       (begun (float-time)))
  (say "action: %s" (plist-get fix :title))
  (eglot-execute-command server (intern (plist-get command :command)) (plist-get command :arguments))
  (say "answered: %s" (if (< (- (float-time) begun) 9.0) "at once" "late")))
(wait-for "the fix" 120 (lambda () (holds "calc.py" "return a + b")))
(say "fixed")
(with-current-buffer (find-file-noselect "calc.py")
  (undo-boundary)
  (undo)
  (say "undone: %s" (if (holds "calc.py" "return a - b") "in one step" "no")))
(eglot-shutdown (eglot-current-server))
(kill-emacs 0)
