//! This process's own variables and files. No endpoint is asked, no value is printed.

use std::path::Path;

use policyctl_policies::credential::Secret;
use policyctl_policies::trace::Offer;
use policyctl_policies::trace::offer::{
    Content, EndpointAnswer, Endpoints, Given, MetadataAnswer, ProxyAnswer, StsAnswer,
};

/// The largest profile file that is read.
const LARGEST: u64 = 1 << 20;
/// Variables that name profile files, and where those are without.
const PROFILES: [(&str, &str); 4] = [
    ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
    ("AWS_CONFIG_FILE", ".aws/config"),
    ("BOTO_CONFIG", ".boto"),
    ("AWS_CREDENTIAL_PROFILES_FILE", ".aws/credentials"),
];
/// Variables that name token files, of which only the existence counts.
const TOKENS: [&str; 2] = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];

/// What this process finds.
pub(super) fn offer() -> Offer {
    let mut offer = Offer { endpoints: nobody_asked(), ..Offer::default() };
    for (name, value) in std::env::vars_os() {
        if let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) {
            offer.variables.append(name, Given::Text(Secret::new(value)), None);
        }
    }
    offer.add_java_options();
    offer.home = std::env::var("HOME").unwrap_or_default();
    add_files(&mut offer);
    offer
}

fn nobody_asked() -> Endpoints {
    Endpoints {
        metadata: MetadataAnswer::Unknown,
        ecs: EndpointAnswer::Unknown,
        pod_identity: EndpointAnswer::Unknown,
        loopback: EndpointAnswer::Unknown,
        sts: StsAnswer::Unknown,
        proxy: ProxyAnswer::ForwardsOutside,
    }
}

fn add_files(offer: &mut Offer) {
    for (variable, usual) in PROFILES {
        let usual = format!("{}/{usual}", offer.home);
        for path in [usual].into_iter().chain(std::env::var(variable).ok()) {
            add_profiles(offer, &path);
        }
    }
    for path in TOKENS.iter().filter_map(|name| std::env::var(name).ok()) {
        add_if_there(offer, &path);
    }
}

fn add_profiles(offer: &mut Offer, path: &str) {
    let Ok(found) = std::fs::metadata(path) else { return };
    if found.is_dir() {
        offer.files.add(path, Content::Folder, None);
        return;
    }
    let text = if found.len() > LARGEST { None } else { std::fs::read_to_string(path).ok() };
    for program in text.iter().flat_map(|text| programs(text)) {
        add_if_there(offer, program);
    }
    offer.files.add(path, text.map_or(Content::Something, |text| Content::text(&text)), None);
}

/// The programs that profiles run.
fn programs(text: &str) -> impl Iterator<Item = &str> {
    let commands =
        text.lines().filter_map(|line| line.trim().strip_prefix("credential_process")?.split_once('='));
    commands.filter_map(|(_, command)| command.split_whitespace().next())
}

fn add_if_there(offer: &mut Offer, path: &str) {
    if Path::new(path).is_file() {
        offer.files.add(path, Content::Something, None);
    }
}
