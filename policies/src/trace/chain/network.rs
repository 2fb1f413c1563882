//! The words for calls to STS and for proxies.

/// How an SDK calls STS.
#[derive(Debug, Clone, Copy)]
pub struct Sts {
    /// Variables that give the region.
    pub regions: &'static [&'static str],
    /// Whether the region may also come from the profile.
    pub region_from_profile: ProfileRegion,
    /// The region may also come from the metadata service.
    pub region_from_metadata: bool,
    /// Without a region it calls a default one: no fault.
    pub region_optional: bool,
    /// What a region variable that is set and empty means.
    pub empty_region: EmptyRegion,
    /// Where the region for assuming a profile's role comes from.
    pub role_region: RoleRegion,
    /// `AWS_STS_REGIONAL_ENDPOINTS=legacy` makes it sign a call that it has no keys for.
    pub legacy_breaks: bool,
    /// How it reads `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL`.
    pub endpoint: Endpoint,
}

/// Whether the region may come from the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileRegion {
    /// No.
    Ignored,
    /// As anything else in it.
    Read,
    /// From the config file alone.
    FromConfig,
}

/// What a region variable that is set and empty means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyRegion {
    /// As if it were not set.
    Unset,
    /// The same, and it hides the variables behind it.
    Hides,
    /// It is taken, and no call can be made with it.
    Counts,
    /// It is taken, and does.
    Serves,
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
    /// From variables, or from the profile that the role stands on.
    FromSource,
    /// From the client that asks for credentials, and from nowhere else.
    FromClient,
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
    /// Variables for calls over plain HTTP.
    pub plain: &'static [&'static str],
    /// Those of them that go through a proxy.
    pub calls: &'static [Call],
    /// Variables for calls to STS.
    pub sts: &'static [&'static str],
    /// Of a name's two cases the first that is set counts, empty or not.
    pub empty_hides: bool,
    /// Whom NO_PROXY exempts.
    pub exempt: NoProxy,
    /// Proxies that the SDK itself knows nothing of.
    pub beneath: Option<Beneath>,
}

/// A call over plain HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// To the metadata service.
    Metadata,
    /// To a container endpoint at a link-local address.
    Container,
    /// To a container endpoint on loopback.
    Loopback,
}

/// Proxies that the HTTP library beneath an SDK finds, and exempts from, by rules of its own.
#[derive(Debug, Clone, Copy)]
pub struct Beneath {
    /// The variables that are left to it.
    pub variables: &'static [&'static str],
    /// Whom NO_PROXY exempts from them.
    pub exempt: NoProxy,
}

/// How an SDK understands NO_PROXY.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct NoProxy {
    /// Its names, the first that is set.
    pub names: &'static [&'static str],
    /// All of its names that are set count.
    pub all_names: bool,
    /// Understands `169.254.0.0/16`.
    pub cidr: bool,
    /// How it understands `*`.
    pub star: Star,
    /// Understands `.amazonaws.com`.
    pub dot_suffix: bool,
    /// `amazonaws.com` exempts what ends with it.
    pub suffix: bool,
    /// Understands a leading text, such as `169.254.`.
    pub prefix: bool,
}

/// Whom a `*` in NO_PROXY exempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Star {
    /// Nobody.
    Nobody,
    /// Hosts that are named, not those that are given by address.
    Names,
    /// Everybody.
    All,
}
