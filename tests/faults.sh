#!/bin/sh
# Twenty rounds of each fault of the log, as many of each fault of the whole product, and the page of what they came to.
set -eu

cd "$(dirname "$0")/.."
export AIRTIDE_FAULT_ROUNDS="${AIRTIDE_FAULT_ROUNDS:-20}"
AIRTIDE_FAULTS_REPORT=$(mktemp)
export AIRTIDE_FAULTS_REPORT
trap 'rm -f "$AIRTIDE_FAULTS_REPORT"' EXIT

# The faults start the program itself, which `cargo test` alone does not build.
cargo build --workspace --locked
cargo test --locked --package tests --test faults -- --nocapture
cargo test --locked --package tests --test faults -- --exact --ignored report::writes_the_page
