//! Web identity from variables: IRSA.

use super::{Answer, Asked, Trouble, Walker};
use crate::trace::chain::WebIdentity;
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, Given, Offered};
use crate::trace::source::Source;

impl Walker<'_> {
    pub(super) fn web_identity(&self, identity: WebIdentity) -> Asked {
        let role = self.identity_setting(identity, "AWS_ROLE_ARN", "aws.roleArn");
        let token =
            self.identity_setting(identity, "AWS_WEB_IDENTITY_TOKEN_FILE", "aws.webIdentityTokenFile");
        let fault = |fault| Answer::Fails(fault, Source::WebIdentity);
        match (role, token) {
            (None, None) => Asked::NOTHING,
            (Some(role), None) => Asked::new(fault(Fault::RoleWithoutToken), role.at),
            (None, Some(token)) => Asked::new(fault(Fault::TokenWithoutRole), token.at),
            (Some(role), Some(token)) => {
                Asked::new(self.exchange(identity, role, token), role.at.or(token.at))
            }
        }
    }

    fn identity_setting(&self, identity: WebIdentity, variable: &str, property: &str) -> Option<&Offered> {
        let properties = &self.offer.properties;
        let found = properties
            .get(property)
            .filter(|_| identity.properties)
            .or(self.offer.variables.get(variable))?;
        (identity.empty_is_set || !found.given.is_empty()).then_some(found)
    }

    /// What keeps the SDK from calling STS at all.
    fn calling_fault(&self, identity: WebIdentity) -> Option<Fault> {
        if !identity.module {
            return Some(Fault::NoModule);
        }
        identity.file_faults.iter().copied().find(|fault| match fault {
            Fault::NoSsoSession => self.lacks_sso_session(),
            fault => self.loading_fault() == Some(*fault),
        })
    }

    fn exchange(&self, identity: WebIdentity, role: &Offered, token: &Offered) -> Answer {
        if let Some(fault) = self.calling_fault(identity) {
            return Answer::Fails(fault, Source::WebIdentity);
        }
        if [role, token].iter().any(|part| matches!(part.given, Given::Perhaps)) {
            return Answer::Unknown(
                "web identity variables come from what was not seen",
                Source::WebIdentity,
            );
        }
        match self.token_file(&token.given).and_then(|()| self.sts()) {
            Ok(()) => self.unless_odd(role),
            Err(trouble) => trouble.with(Source::WebIdentity),
        }
    }

    /// What some SDKs refuse before they call STS.
    fn unless_odd(&self, role: &Offered) -> Answer {
        let session = self.offer.variables.get("AWS_ROLE_SESSION_NAME");
        if session.is_some_and(|name| name.given.is_empty()) {
            return Answer::Fails(Fault::EmptySessionName, Source::WebIdentity);
        }
        match role.given.text() {
            Some(arn) if !arn.starts_with("arn:") => Answer::Fails(Fault::BadArn, Source::WebIdentity),
            _ => Answer::Gives(Source::WebIdentity),
        }
    }

    /// Whether there is a token to exchange.
    pub(super) fn token_file(&self, path: &Given) -> Result<(), Trouble> {
        let Some(path) = path.text() else { return Ok(()) };
        match self.offer.files.get(path).map(|file| &file.content) {
            None | Some(Content::Folder) => Err(Trouble::Fault(Fault::NoToken)),
            Some(Content::Perhaps) => Err(Trouble::Unknown("nothing mounts the web identity token file")),
            Some(_) => Ok(()),
        }
    }
}
