//! The admission controller of policyctl.
