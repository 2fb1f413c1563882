//! Marks that a template engine has not yet replaced.

/// A kind of unrendered template mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `{{ ... }}`: Helm, Jinja, Go templates.
    Braces,
    /// `${...}`: shells, envsubst, Terraform, Compose.
    DollarBrace,
    /// `$NAME` as a whole value.
    Dollar,
    /// `<...>`: a note to a person.
    Angle,
    /// `%NAME%`: deploy scripts.
    Percent,
}

/// The first template mark in a text, if it holds one.
pub fn find_mark(text: &str) -> Option<Mark> {
    let _ = text;
    None
}
