# The commands of `python code/publish COMMAND`, which does the work where there is no make, too.
PYTHON ?= python3
COMMANDS := book serve test test-machines test-frameworks pdf lab notebooks bench lint lock clean help

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: $(COMMANDS)
$(COMMANDS):
	@$(PYTHON) code/publish $@ $(ARGS)
