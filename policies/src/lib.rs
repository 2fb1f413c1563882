//! The engine: which AWS credentials will this container really use, and should it?
//!
//! ```text
//! bytes ──document──▶ tree with positions ──read──▶ Workload + Objects
//!                                                      │        │
//!                                                      ▼        ▼
//!                              need ◀── credential   facts (about this workload)
//!                                │         │           │
//!                                └───▶ examination ◀───┘◀── trace (per SDK, over the network's reach)
//!                                          │
//!                                        rules ──▶ findings ──policy──▶ verdict
//! ```
//!
//! The crate is pure: no files, no environment, no clock, no network. A door (the command line, the
//! admission webhook, the ECS gateway) gathers the bytes and the facts, calls [`check::check`], and
//! shows the [`verdict::Verdict`].

pub mod check;
pub mod credential;
pub mod document;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod identity;
pub mod inject;
mod lexicon;
pub mod need;
pub mod policy;
pub mod read;
pub mod role_arn;
mod role_text;
pub mod rules;
pub mod sieve;
pub mod trace;
pub mod trust;
pub mod verdict;
pub mod workload;
