# make setup                 .venv with the command ledgerhand in it
# make demo ARGS="--exit"    the demonstration; sets up first when it has to
# make test ARGS="-k xero"   every check; sets up first when it has to
# make clean                 removes .venv

PINS = pyproject.toml constraints.txt scripts/setup

.PHONY: setup demo test clean

setup: .venv/ready

demo: .venv/ready
	@.venv/bin/ledgerhand demo $(ARGS)

test: .venv/ready-for-tests
	@scripts/test $(ARGS)

clean:
	rm -rf .venv

.venv/ready: $(PINS)
	@PYTHON="$(PYTHON)" scripts/setup
	@touch $@

.venv/ready-for-tests: $(PINS)
	@PYTHON="$(PYTHON)" scripts/setup --tests
	@touch .venv/ready $@
