//! A launcher that starts the program with an environment of its own: the variables that lead to the role are lost.

use super::launcher::{Launcher, launcher_of};
use super::{Examined, Family, Rule, Subject, wording};
use crate::document::At;
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::{Held, Means};

/// The rule.
pub(super) struct LauncherDropsCredentials;

impl Rule for LauncherDropsCredentials {
    fn name(&self) -> &'static str {
        "launcher-drops-credentials"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "php-fpm, cron, env -i or a login session starts the program without the credential variables"
    }

    fn page(&self) -> &'static str {
        include_str!("launcher_drops_credentials.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        for examined in &subject.containers {
            let identity = &examined.identity;
            let both = identity.held().and_then(|held| Some((held, launcher_of(examined.container)?)));
            findings.extend(both.map(|(held, (launcher, at))| self.about(examined, held, launcher, at)));
        }
    }
}

impl LauncherDropsCredentials {
    fn about(&self, examined: &Examined<'_>, held: &Held, launcher: &Launcher, at: At) -> Finding {
        let message = format!(
            "{}: {} starts programs without {}, so {} is lost; {}",
            wording::container(examined.container),
            launcher.name,
            variable(held.means),
            held.called(),
            launcher.remedy,
        );
        Finding::new(self.name(), Level::Warn, at, message)
            .in_container(&examined.container.name)
            .about(launcher.name)
            .fixed_by(Fix::manual(launcher.remedy))
    }
}

fn variable(means: Means) -> &'static str {
    match means {
        Means::TaskRole => "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        Means::WebIdentity => "AWS_WEB_IDENTITY_TOKEN_FILE",
        Means::PodIdentity | Means::Endpoint => "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    }
}
