//! Java system properties out of option variables and command lines.

use super::{Given, Offer};
use crate::credential::Secret;
use crate::document::At;
use crate::workload::{CommandKind, Container};

/// Variables that carry options of a JVM: read by the JVM itself, or by the usual start scripts.
const OPTION_VARIABLES: [&str; 6] =
    ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "JAVA_OPTIONS", "CATALINA_OPTS"];
/// What the properties that SDKs read begin with.
const OURS: &str = "aws.";

impl Offer {
    /// Adds the properties that AWS SDKs read out of the variables that carry a JVM's options.
    pub fn add_java_options(&mut self) {
        for name in OPTION_VARIABLES {
            let Some(offered) = self.variables.get(name).cloned() else { continue };
            if let Given::Text(options) = &offered.given {
                add(self, options, offered.at);
            }
        }
    }
}

/// Adds the properties that AWS SDKs read, out of variables and command lines.
pub(super) fn add_properties(offer: &mut Offer, container: &Container) {
    offer.add_java_options();
    let run = container.commands.iter().filter(|command| command.kind != CommandKind::Check);
    for word in run.flat_map(|command| &command.words) {
        add(offer, &word.text, Some(word.at));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the options are taken apart; values go into the offer as secrets"
)]
fn add(offer: &mut Offer, options: &Secret, at: Option<At>) {
    let options = options.expose();
    if !options.contains("-D") {
        return;
    }
    for option in options.split_whitespace() {
        let setting =
            option.trim_matches(['"', '\'']).strip_prefix("-D").and_then(|setting| setting.split_once('='));
        if let Some((name, value)) = setting.filter(|(name, _)| name.starts_with(OURS)) {
            offer.properties.set(name, Given::Text(Secret::new(value.trim_matches(['"', '\'']))), at);
        }
    }
}
