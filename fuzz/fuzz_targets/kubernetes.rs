//! Bytes as manifests: every reader, rule and fix answers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyctl_fuzz::check_input;
use policyctl_policies::document::Format;

fuzz_target!(|bytes: &[u8]| check_input(bytes, Format::Yaml));
