//! The words for calls to STS and for proxies.

/// How an SDK calls STS.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct Sts {
    /// Variables that give the region.
    pub regions: &'static [&'static str],
    /// The region may also come from the profile.
    pub region_from_profile: bool,
    /// The region may also come from the metadata service.
    pub region_from_metadata: bool,
    /// Without a region it calls a default one: no fault.
    pub region_optional: bool,
    /// An empty region variable is no region, and ends the search.
    pub empty_region_counts: bool,
    /// Where the region for assuming a profile's role comes from.
    pub role_region: RoleRegion,
    /// `AWS_STS_REGIONAL_ENDPOINTS=legacy` makes it sign a call that it has no keys for.
    pub legacy_breaks: bool,
    /// How it reads `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL`.
    pub endpoint: Endpoint,
}

/// Where the region for assuming a profile's role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleRegion {
    /// From where web identity has it.
    Same,
    /// Not needed.
    NotNeeded,
    /// Not needed, but a variable that is empty counts.
    NotEmpty,
    /// From where web identity has it, and needed also where that does without.
    Needed,
    /// From the profile alone.
    ProfileOnly,
}

/// How an SDK reads the variables that move STS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Not at all.
    Ignored,
    /// `AWS_ENDPOINT_URL_STS` before `AWS_ENDPOINT_URL`.
    Read,
    /// `AWS_ENDPOINT_URL_STS` alone.
    OwnOnly,
    /// `AWS_ENDPOINT_URL_STS`, which must be HTTPS.
    HttpsOnly,
}

/// Which calls go through a proxy: of each list, the first that is set. An empty list: none.
#[derive(Debug, Clone, Copy)]
pub struct Proxies {
    /// Calls to the metadata service.
    pub metadata: &'static [&'static str],
    /// Calls to the container endpoints at link-local addresses.
    pub container: &'static [&'static str],
    /// Calls to a container endpoint on loopback.
    pub loopback: &'static [&'static str],
    /// Calls to STS.
    pub sts: &'static [&'static str],
    /// Whom NO_PROXY exempts.
    pub exempt: NoProxy,
}

/// How an SDK understands NO_PROXY.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct NoProxy {
    /// Its names, the first that is set.
    pub names: &'static [&'static str],
    /// Understands `169.254.0.0/16`.
    pub cidr: bool,
    /// Understands `*`.
    pub star: bool,
    /// Understands `.amazonaws.com`.
    pub dot_suffix: bool,
    /// `amazonaws.com` exempts what ends with it.
    pub suffix: bool,
    /// Understands a leading text, such as `169.254.`.
    pub prefix: bool,
}
