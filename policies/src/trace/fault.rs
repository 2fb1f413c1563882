//! What can be wrong with a provider, and what an SDK does about it.

use super::outcome::State;

/// What can be wrong with a provider that is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// A key id without its secret, in variables or properties.
    IdAlone,
    /// A secret without its key id, in variables or properties.
    SecretAlone,
    /// A part of a key pair is there and empty.
    EmptyKeys,
    /// `AWS_SESSION_TOKEN` is there and empty.
    EmptySession,
    /// `AWS_CREDENTIAL_EXPIRATION` says that the keys have expired.
    KeysExpired,
    /// The profile that a variable names is in no file.
    NoProfile,
    /// A profile has half a key pair.
    HalfProfile,
    /// A profile exists and has no credentials in it.
    EmptyProfile,
    /// A profile file cannot be parsed.
    BrokenFile,
    /// A profile file has one heading twice.
    DuplicateProfile,
    /// A profile file is a folder, or cannot be opened.
    UnopenedFile,
    /// The profile is meant for web identity, which the SDK cannot do with one.
    ForWebIdentity,
    /// `role_arn` without a source.
    NoSource,
    /// The source of a role has no credentials.
    BadSource,
    /// The profile that a role stands on is in no file.
    NoSourceProfile,
    /// `credential_source` is `Environment` and there are no keys, or no word that means anything.
    EmptySource,
    /// `credential_source` is an endpoint that nothing names.
    NoEndpointSource,
    /// A `credential_process` fails or prints something else.
    BadProcess,
    /// A `credential_process` prints credentials without a session token.
    ProcessWithoutToken,
    /// A `credential_process` prints credentials that have expired.
    ProcessExpired,
    /// There is no login to IAM Identity Center.
    NoLogin,
    /// The login to IAM Identity Center has expired.
    LoginExpired,
    /// The `sso-session` that the profile names is in no file.
    NoSsoSession,
    /// The profile uses an `sso-session`, which older SDKs do not know.
    SsoSession,
    /// The profile holds several kinds of credentials at once.
    SeveralKinds,
    /// `web_identity_token_file` without `role_arn` in the profile.
    TokenAlone,
    /// What a role would be assumed with, and no `role_arn`, in the profile.
    SourceWithoutRole,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE` without `AWS_ROLE_ARN`.
    TokenWithoutRole,
    /// `AWS_ROLE_ARN` without `AWS_WEB_IDENTITY_TOKEN_FILE`.
    RoleWithoutToken,
    /// The token file does not exist or is empty.
    NoToken,
    /// The SDK's module for it is not there, or it does not know how.
    NoModule,
    /// `AWS_ROLE_ARN` is no ARN.
    BadArn,
    /// `AWS_ROLE_SESSION_NAME` is empty.
    EmptySessionName,
    /// The global endpoint of STS is asked for, and the SDK stumbles over it.
    LegacyEndpoint,
    /// No region for the call to STS.
    NoRegion,
    /// The region for the call to STS is empty.
    EmptyRegion,
    /// STS or the endpoint answers 4xx: it refuses.
    Denied,
    /// STS says that the token has expired.
    TokenExpired,
    /// STS finds the request invalid.
    Invalid,
    /// The endpoint answers 5xx.
    ServerError,
    /// The endpoint answers something that is not credentials.
    Malformed,
    /// The endpoint answers 200 with an error document.
    ErrorDocument,
    /// The credentials that it hands out have expired.
    Expired,
    /// The port is closed.
    Refused,
    /// Packets are lost.
    Dead,
    /// It accepts and never answers.
    Silent,
    /// The URI variable is set and empty.
    EmptyUri,
    /// The URI variable holds something that is no URI.
    BadUri,
    /// The relative URI does not begin with a slash.
    NoSlash,
    /// The URI's host is none that a token may be sent to.
    ForbiddenHost,
    /// The authorization token's file cannot be read.
    NoAuthorization,
    /// The authorization token has a line break in it.
    BrokenAuthorization,
    /// The instance has no role.
    NoRole,
    /// The metadata service's address is given in a way that the SDK does not know.
    BadMode,
    /// The metadata service has no session token for us (404 or 403), and the SDK does not ask without.
    NoSessionToken,
    /// The metadata session token is lost on the way (hop limit).
    SessionTokenLost,
    /// The token is lost on the way, and without it the service refuses.
    HopLimited,
    /// The proxy that the call goes through is not there.
    ProxyOff,
    /// The proxy that the call goes through refuses it.
    ProxyRefuses,
}

/// What an SDK does about a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Asks the next provider.
    Next,
    /// Stops with an error.
    Stop,
    /// Sends unsigned requests.
    Unsigned,
    /// Gives no answer within 40 seconds.
    Hang,
    /// Dies.
    Crash,
    /// Uses what it got all the same.
    Use,
}

impl Fault {
    /// A clause for people.
    pub fn says(self) -> &'static str {
        match self {
            Self::IdAlone => "a key id without its secret",
            Self::SecretAlone => "a secret without its key id",
            Self::EmptyKeys => "a part of the key pair is empty",
            Self::EmptySession => "AWS_SESSION_TOKEN is empty",
            Self::KeysExpired => "AWS_CREDENTIAL_EXPIRATION has passed",
            Self::NoProfile => "the profile that is named is in no file",
            Self::HalfProfile => "half a key pair in the profile",
            Self::EmptyProfile => "no credentials in the profile",
            Self::BrokenFile => "a profile file cannot be parsed",
            Self::DuplicateProfile => "a profile file has one heading twice",
            Self::UnopenedFile => "a profile file cannot be opened",
            Self::ForWebIdentity => "the profile is meant for web identity",
            Self::NoSource => "role_arn without a source in the profile",
            Self::BadSource => "the source of the profile's role has no credentials",
            Self::NoSourceProfile => "the profile that the role stands on is in no file",
            Self::EmptySource | Self::NoEndpointSource => "credential_source has no credentials here",
            Self::BadProcess => "credential_process failed",
            Self::ProcessWithoutToken => "credential_process gave no session token",
            Self::ProcessExpired => "what credential_process gave has expired",
            Self::NoLogin => "there is no login to IAM Identity Center",
            Self::LoginExpired => "the login to IAM Identity Center has expired",
            Self::NoSsoSession => "the sso-session of the profile is in no file",
            Self::SsoSession => "the profile uses an sso-session",
            Self::SeveralKinds => "the profile holds several kinds of credentials at once",
            Self::TokenAlone => "web_identity_token_file without role_arn in the profile",
            Self::SourceWithoutRole => "a role's source without role_arn in the profile",
            Self::TokenWithoutRole => "AWS_WEB_IDENTITY_TOKEN_FILE without AWS_ROLE_ARN",
            Self::RoleWithoutToken => "AWS_ROLE_ARN without AWS_WEB_IDENTITY_TOKEN_FILE",
            Self::NoToken => "the web identity token file is missing",
            Self::NoModule => "the SDK's module for it is missing",
            Self::BadArn => "AWS_ROLE_ARN is no ARN",
            Self::EmptySessionName => "AWS_ROLE_SESSION_NAME is empty",
            Self::EmptyRegion => "the region for the call to STS is empty",
            Self::LegacyEndpoint => "AWS_STS_REGIONAL_ENDPOINTS is legacy",
            Self::NoRegion => "no region for the call to STS",
            Self::Denied => "access was refused",
            Self::TokenExpired => "the web identity token has expired",
            Self::Invalid => "STS finds the request invalid",
            Self::ServerError => "the endpoint failed",
            Self::Malformed => "the endpoint answered no credentials",
            Self::ErrorDocument => "the endpoint answered with an error document",
            Self::Expired => "the credentials have expired",
            Self::Refused => "the endpoint refuses connections",
            Self::Dead => "packets to the endpoint are lost",
            Self::Silent => "the endpoint never answers",
            Self::EmptyUri => "the container credentials URI is empty",
            Self::BadUri => "the container credentials URI is none",
            Self::NoSlash => "the relative URI does not begin with a slash",
            Self::ForbiddenHost => "the container credentials URI names a host that is not allowed",
            Self::NoAuthorization => "the authorization token file cannot be read",
            Self::BrokenAuthorization => "the authorization token has a line break in it",
            Self::BadMode => "the metadata service's address is given in an unknown way",
            Self::NoRole => "the instance has no role",
            Self::NoSessionToken => "the metadata service gives no session token",
            Self::SessionTokenLost => "the metadata session token is lost on the way",
            Self::HopLimited => "the metadata service's hop limit is too low",
            Self::ProxyOff => "the proxy is not there",
            Self::ProxyRefuses => "the proxy refuses the call",
        }
    }

    /// Most SDKs do not look: the credentials are used unless a chain says otherwise.
    pub(super) fn is_overlooked(self) -> bool {
        matches!(
            self,
            Self::KeysExpired
                | Self::EmptyKeys
                | Self::EmptySession
                | Self::ProcessWithoutToken
                | Self::ProcessExpired
                | Self::BadArn
                | Self::SsoSession
                | Self::EmptySessionName
        )
    }

    /// What it makes of the provider's state.
    pub(super) fn state(self) -> State {
        match self {
            Self::IdAlone
            | Self::SecretAlone
            | Self::HalfProfile
            | Self::EmptyProfile
            | Self::NoProfile
            | Self::NoSource
            | Self::NoSourceProfile
            | Self::TokenAlone
            | Self::SourceWithoutRole
            | Self::TokenWithoutRole
            | Self::RoleWithoutToken
            | Self::NoToken
            | Self::NoModule
            | Self::NoRegion
            | Self::EmptyUri
            | Self::BadUri
            | Self::NoSlash
            | Self::NoAuthorization => State::Incomplete,
            _ => State::Unreachable,
        }
    }
}
