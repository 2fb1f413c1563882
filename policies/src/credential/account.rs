//! The account that a key id encodes.

/// The twelve digits of the account that issued a key id, without asking anyone.
///
/// The sixteen characters after the prefix are base32 (RFC 4648); bits 1 to 40 of the first six bytes
/// hold the account. Ids with `I` or `J` as fifth character are older and do not encode it.
/// Source: Tal Be'ery, "A short note on AWS key ID" (2023).
pub(super) fn of_id(id: &str) -> Option<String> {
    let body = id.get(4..20)?;
    if body.starts_with(['I', 'J']) {
        return None;
    }
    // Ten characters of five bits each cover the six bytes; the two lowest bits fall off.
    let bits = body.bytes().take(10).try_fold(0_u64, |bits, byte| Some(bits << 5 | quintet(byte)?))?;
    Some(format!("{:012}", ((bits >> 2) & 0x7fff_ffff_ff80) >> 7))
}

fn quintet(byte: u8) -> Option<u64> {
    match byte {
        b'A'..=b'Z' => Some(u64::from(byte - b'A')),
        b'2'..=b'7' => Some(u64::from(byte - b'2' + 26)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of_id;

    #[test]
    fn published_ids_give_their_accounts() {
        assert_eq!(of_id(concat!("ASIA", "Y34FZKBOKMUTVV7A")).as_deref(), Some("609629065308"));
        assert_eq!(of_id(concat!("ASIA", "QNZGKIQY56JQ7WML")).as_deref(), Some("029608264753"));
        assert_eq!(of_id(concat!("AKIA", "2OGYBAH6STMMNXNN")).as_deref(), Some("717712589309"));
    }

    #[test]
    fn old_and_impossible_ids_give_none() {
        assert_eq!(of_id("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(of_id("AKIA1234567890ABCDEF"), None);
        assert_eq!(of_id("AKIA"), None);
    }
}
