# Thin: what a target does is written in Rust or in deploy/bootstrap/ and tests/run.sh.

.DEFAULT_GOAL := help
.PHONY: help run test check bench clients faults fuzz clean-dev bootstrap

TARGET_DIR := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: bootstrap ## Start everything on this machine; ARGS="--port 0 --ephemeral" and the like go to airtide dev
	@cargo build --locked --package server
	@exec $(TARGET_DIR)/debug/airtide dev $(ARGS)

test: bootstrap ## Run every test; needs no server beforehand and leaves none
	@tests/run.sh

check: ## Formatting, lints and documentation, without a warning
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

bench: bootstrap ## Measure, and write bench/RESULTS.md; SUBJECT=bases measures a part anew
	cargo run --release --locked --package bench -- $(or $(SUBJECT),all)

clients: ## Run pyairtable and airtable.js, unmodified, against the stand-in for Airtable and against /v0
	@cargo build --locked --package server
	@cargo test --locked --package tests --test it clients::airtable -- --nocapture

faults: bootstrap ## Torture everything for many rounds with printed seeds, and write docs/operations/faults.md
	@tests/faults.sh

fuzz: bootstrap ## Draw formulas for ten minutes, then requests for five per principal; AIRTIDE_FUZZ_SECONDS sets how long each
	@AIRTIDE_FUZZ_SECONDS=$${AIRTIDE_FUZZ_SECONDS:-600} CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true cargo test --release --locked --package domain --test formula_fuzz -- --nocapture
	@cargo build --locked --package server
	@AIRTIDE_FUZZ_SECONDS=$${AIRTIDE_FUZZ_SECONDS:-300} cargo test --locked --package tests --test it clients::schemathesis -- --nocapture

clean-dev: ## Delete the data of airtide dev in this folder
	@deploy/bootstrap/clean-dev.sh

bootstrap:
	@deploy/bootstrap/bootstrap.sh
