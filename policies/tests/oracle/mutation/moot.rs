//! Parts of a chain that cannot matter, because nothing in it leads there.

use policyctl_policies::trace::chain::{Chain, Kind, Profile, Provider};

/// Whether this part decides nothing, whatever the environment.
pub(super) fn is(chain: &Chain, path: &str) -> bool {
    let reads_files = chain.profiles.credentials.is_some() || chain.profiles.config.is_some();
    let proxies =
        [chain.proxies.metadata, chain.proxies.container, chain.proxies.loopback, chain.proxies.sts];
    match path.split('.').next().unwrap_or_default() {
        "profiles" => !reads_files,
        "sts" => !calls_sts(chain) || (path == "sts.region_from_profile" && !reads_files),
        "proxies" => path.starts_with("proxies.exempt") && proxies.iter().all(|names| names.is_empty()),
        "links" => is_for_roles(path) && !assumes_roles_at(chain, path),
        _ => false,
    }
}

fn is_for_roles(path: &str) -> bool {
    path.split('.').any(|field| matches!(field, "base" | "own_source"))
}

/// The link that the path leads to assumes roles on what its profiles name.
fn assumes_roles_at(chain: &Chain, path: &str) -> bool {
    let here =
        |name: &str| path.strip_prefix("links.").is_some_and(|rest| rest.starts_with(&format!("{name}.")));
    let named = chain.links.iter().filter(|link| here(link.name));
    named.filter_map(|link| profile(&link.provider)).any(assumes_roles)
}

fn profile(provider: &Provider) -> Option<&Profile> {
    match provider {
        Provider::Profile(profile) => Some(profile),
        _ => None,
    }
}

fn assumes_roles(profile: &Profile) -> bool {
    profile.kinds.iter().any(|kind| matches!(kind, Kind::Role(_) | Kind::RoleFromProfile))
}

fn calls_sts(chain: &Chain) -> bool {
    chain.links.iter().any(|link| match &link.provider {
        Provider::WebIdentity(identity) => identity.module,
        Provider::Profile(profile) => {
            let calls = |kind: &Kind| matches!(kind, Kind::WebIdentity | Kind::RoleOverKeys);
            assumes_roles(profile) || profile.kinds.iter().any(calls)
        }
        _ => false,
    })
}
