//! The container credentials endpoint: ECS task roles, EKS Pod Identity, and stand-ins for them.

use super::host::{self, Place};
use super::{Answer, Asked, Trouble, Walker};
use crate::trace::chain::{Authorization, Container, Hosts, LineBreak, ToRelative, Uri};
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, EndpointAnswer, Given, Offered};
use crate::trace::source::Source;

const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// How a service account token begins: a JSON Web Token's header.
const TOKEN_START: &str = "eyJ";

impl Uri {
    /// The variable that carries it.
    fn variable(self) -> &'static str {
        match self {
            Self::Relative => "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            Self::Full => "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        }
    }

    fn source(self) -> Source {
        match self {
            Self::Relative => Source::ContainerRelative,
            Self::Full => Source::ContainerFull,
        }
    }
}

impl Walker<'_> {
    pub(super) fn container(&self, container: &Container) -> Asked {
        let set = container.order.iter().find_map(|uri| {
            let offered = self.offer.variables.get(uri.variable())?;
            (container.empty_is_set || !offered.given.is_empty()).then_some((*uri, offered))
        });
        let Some((uri, offered)) = set else { return self.without_uri(container) };
        Asked::new(self.container_uri(container, uri, offered), offered.at)
    }

    fn without_uri(&self, container: &Container) -> Asked {
        match self.authorization(container) {
            Err(trouble)
                if container.token_file_first && trouble != Trouble::Fault(Fault::BrokenAuthorization) =>
            {
                Asked::new(trouble.with(Source::ContainerFull), None)
            }
            _ => Asked::NOTHING,
        }
    }

    fn container_uri(&self, container: &Container, uri: Uri, offered: &Offered) -> Answer {
        if matches!(offered.given, Given::Perhaps) {
            return Answer::Unknown(
                "the container credentials URI comes from what was not seen",
                uri.source(),
            );
        }
        let has_no_token = || self.authorization(container) == Ok(Token::None);
        if uri == Uri::Full && container.full_needs_token && has_no_token() {
            return Answer::Nothing;
        }
        if offered.given.is_empty() {
            return Answer::Fails(Fault::EmptyUri, uri.source());
        }
        match uri {
            Uri::Relative if offered.given.text().is_some_and(|path| !path.starts_with('/')) => {
                Answer::Fails(Fault::NoSlash, Source::ContainerRelative)
            }
            Uri::Relative => {
                self.credentials_from(container, Place::Ecs, "169.254.170.2", Source::ContainerRelative)
            }
            Uri::Full => self.full(container, offered),
        }
    }

    fn full(&self, container: &Container, offered: &Offered) -> Answer {
        let Some(text) = offered.given.text() else {
            return Answer::Unknown("the container credentials URI is not known", Source::ContainerFull);
        };
        let Some(url) = host::url(text) else { return Answer::Fails(Fault::BadUri, Source::ContainerFull) };
        let place = host::place(url.host);
        let source = match place {
            Place::PodIdentity { .. } => Source::PodIdentity,
            _ => Source::ContainerFull,
        };
        if !url.https && !self.may_ask(container.hosts, place) {
            return Answer::Fails(Fault::ForbiddenHost, source);
        }
        self.credentials_from(container, place, url.host, source)
    }

    fn may_ask(&self, hosts: Hosts, place: Place) -> bool {
        hosts.allow(place) || (hosts == Hosts::AnyWithFile && self.is_named(TOKEN_FILE))
    }

    fn is_named(&self, variable: &str) -> bool {
        self.offer.variables.first(&[variable]).is_some()
    }

    fn credentials_from(&self, container: &Container, place: Place, host: &str, source: Source) -> Answer {
        match self.authorized_call(container, place, host, source == Source::ContainerRelative) {
            Ok(()) => Answer::Gives(source),
            Err(trouble) => trouble.with(source),
        }
    }

    fn authorized_call(
        &self,
        container: &Container,
        place: Place,
        host: &str,
        is_relative: bool,
    ) -> Result<(), Trouble> {
        let token =
            if is_relative { self.token_to_relative(container) } else { self.authorization(container) }?;
        self.container_call(place, host)?;
        let agent_answers = self.offer.endpoints.pod_identity == EndpointAnswer::Ok;
        let is_agent = matches!(place, Place::PodIdentity { .. });
        if is_agent && agent_answers && token != Token::Good {
            return Err(Trouble::Fault(Fault::Denied));
        }
        Ok(())
    }

    fn token_to_relative(&self, container: &Container) -> Result<Token, Trouble> {
        match container.to_relative {
            ToRelative::Nothing => Ok(Token::None),
            ToRelative::TokenBesideOthers
                if !self.is_named(TOKEN_FILE) && !self.is_named(Uri::Full.variable()) =>
            {
                Ok(Token::None)
            }
            ToRelative::Token | ToRelative::TokenBesideOthers => self.authorization(container),
            ToRelative::Variable => {
                self.token_from(container, Authorization::Variable).unwrap_or(Ok(Token::None))
            }
        }
    }

    /// The authorization token that the SDK would send.
    fn authorization(&self, container: &Container) -> Result<Token, Trouble> {
        let mut found = container.authorization.iter().filter_map(|from| self.token_from(container, *from));
        found.next().unwrap_or(Ok(Token::None))
    }

    fn token_from(&self, container: &Container, from: Authorization) -> Option<Result<Token, Trouble>> {
        let (name, even_empty) = match from {
            Authorization::File => (TOKEN_FILE, false),
            Authorization::FileEvenEmpty => (TOKEN_FILE, true),
            Authorization::Variable => (TOKEN, false),
            Authorization::VariableEvenEmpty => (TOKEN, true),
        };
        let given = &self.offer.variables.get(name)?.given;
        let is_set = even_empty || !given.is_empty();
        is_set.then(|| match name {
            TOKEN_FILE => self.token_in(given, container.line_break),
            _ => Token::of(given, container.line_break, LineBreak::RefusedInFile),
        })
    }

    fn token_in(&self, path: &Given, line_break: LineBreak) -> Result<Token, Trouble> {
        let Some(path) = path.text() else { return Ok(Token::Good) };
        match self.offer.files.get(path).map(|file| &file.content) {
            None | Some(Content::Folder) => Err(Trouble::Fault(Fault::NoAuthorization)),
            Some(Content::Text(text, _)) => {
                Token::of(&Given::Text(text.clone()), line_break, LineBreak::RefusedInVariable)
            }
            Some(Content::Perhaps) => Err(Trouble::Unknown("nothing mounts the authorization token file")),
            Some(_) => Ok(Token::Good),
        }
    }
}

/// An authorization token, as the EKS Pod Identity agent would see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    None,
    Good,
    Bad,
}

impl Token {
    /// A token, where a line break at its end is taken off if the SDK does that.
    fn of(given: &Given, line_break: LineBreak, taken_off: LineBreak) -> Result<Self, Trouble> {
        let Some(text) = given.text() else { return Ok(Self::Good) };
        let text = if line_break == taken_off { text.trim() } else { text };
        if line_break != LineBreak::Sent && text.contains(['\n', '\r']) {
            return Err(Trouble::Fault(Fault::BrokenAuthorization));
        }
        Ok(if text.starts_with(TOKEN_START) { Self::Good } else { Self::Bad })
    }
}

impl Hosts {
    /// Whether a plain HTTP call may go there.
    fn allow(self, place: Place) -> bool {
        match self {
            Self::Any => true,
            Self::Listed => !matches!(place, Place::LoopbackName | Place::Elsewhere | Place::Metadata { .. }),
            Self::Resolved => !matches!(place, Place::Elsewhere | Place::Metadata { .. }),
            Self::ResolvedIpv4 => Self::Resolved.allow(place) && place != Place::PodIdentity { ipv6: true },
            Self::Older => matches!(place, Place::Loopback | Place::Ecs),
            Self::FewListed => matches!(place, Place::Loopback | Place::PodIdentity { ipv6: false }),
            Self::Loopback => place == Place::Loopback,
            Self::LoopbackResolved | Self::AnyWithFile => {
                matches!(place, Place::Loopback | Place::LoopbackName)
            }
        }
    }
}
