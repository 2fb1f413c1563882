//! `${NAME:-default}`: what stands in the file where nobody sets the variable.
//!
//! Source: Compose Specification, "Interpolation".

/// The text with its defaults filled in. What has none stays, and is a template mark.
pub(super) fn filled(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, mark) = rest.split_at(start);
        filled.push_str(before);
        let Some(end) = mark.find('}') else {
            rest = mark;
            break;
        };
        let (mark, behind) = mark.split_at(end + 1);
        filled.push_str(default(mark).unwrap_or(mark));
        rest = behind;
    }
    filled + rest
}

/// The default of one mark, unless it is empty or has a mark in it.
fn default(mark: &str) -> Option<&str> {
    let inner = mark.strip_prefix("${")?.strip_suffix('}')?;
    let end = inner.find(|character: char| !character.is_ascii_alphanumeric() && character != '_')?;
    let behind = &inner[end..];
    let default = behind.strip_prefix(":-").or_else(|| behind.strip_prefix('-'))?;
    (!default.is_empty() && !default.contains('$')).then_some(default)
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn defaults_are_filled_in_and_other_marks_stay() {
        assert_eq!(filled("${ENDPOINT:-http://minio:9000}"), "http://minio:9000");
        assert_eq!(filled("s3://${BUCKET-exports}/${DAY}"), "s3://exports/${DAY}");
        for unchanged in ["${KEY}", "${KEY:-}", "${KEY:?must be set}", "${A:-${B}}", "${open", "$$KEY", ""] {
            assert_eq!(filled(unchanged), unchanged);
        }
    }
}
