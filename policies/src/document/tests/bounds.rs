//! Hostile and broken input: an answer in bounded time and memory.

use super::*;

const FORMATS: [Format; 2] = [Format::Json, Format::Yaml];

fn refused(bytes: &[u8], format: Format) -> Unreadable {
    let mut stream = parse(&Arc::from("input"), bytes, format, Limits::default());
    stream.remove(0).expect_err("unreadable")
}

#[test]
fn deep_nesting_is_refused() {
    for format in FORMATS {
        for text in ["[".repeat(10_000), "{\"a\":".repeat(10_000)] {
            assert!(refused(text.as_bytes(), format).reason.contains("nested"));
        }
    }
    assert!(refused("- ".repeat(10_000).as_bytes(), Format::Yaml).reason.contains("nested"));
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let depth = Limits::default().depth;
    for format in FORMATS {
        let text = "[".repeat(depth) + "1" + &"]".repeat(depth);
        assert!(stream(&text, format)[0].is_ok());
        assert!(stream(&format!("[{text}]"), format)[0].is_err());
    }
}

#[test]
fn aliases_of_aliases_are_bounded() {
    let level = |level: usize| {
        let items = if level == 0 { "x".to_owned() } else { format!("*a{}", level - 1) };
        format!("a{level}: &a{level} [{}]\n", vec![items; 9].join(", "))
    };
    let text = (0..10).map(level).collect::<Vec<_>>().concat();
    assert!(refused(text.as_bytes(), Format::Yaml).reason.contains("aliases"));
    let stream = stream(&format!("{text}---\n{text}---\nok: 1\n"), Format::Yaml);
    assert!(stream[1].is_err() && stream[2].is_ok());
}

#[test]
fn aliases_cannot_nest_deeper_than_text() {
    let level = |level: usize| format!("a{level}: &a{level} [*a{}]\n", level - 1);
    let text = "a0: &a0 [x]\n".to_owned() + &(1..200).map(level).collect::<Vec<_>>().concat();
    assert!(refused(text.as_bytes(), Format::Yaml).reason.contains("nested"));
}

#[test]
fn an_alias_cannot_refer_to_what_it_is_in() {
    assert!(refused(b"a: &x [1, *x]\n", Format::Yaml).reason.contains("alias"));
    assert!(refused(b"a: &x\n  <<: *x\n", Format::Yaml).reason.contains("alias"));
}

#[test]
fn too_many_nodes_are_refused() {
    let limits = Limits { nodes: 10, ..Limits::default() };
    for format in FORMATS {
        let stream = parse(&Arc::from("input"), b"[1,2,3,4,5,6,7,8,9,10]", format, limits);
        assert!(stream[0].as_ref().is_err_and(|refusal| refusal.reason.contains("nodes")));
    }
}

#[test]
fn too_many_bytes_are_refused_unread() {
    let bytes = vec![b' '; 100_000_000];
    for format in FORMATS {
        assert!(refused(&bytes, format).reason.contains("larger"));
    }
}

#[test]
fn what_is_not_utf8_is_refused_where_it_stands() {
    for format in FORMATS {
        let refusal = refused(b"{\n \"a\": \"\xff\"}", format);
        assert_eq!((refusal.position.line, refusal.position.column), (2, 8));
    }
    assert!(refused(b"\xff\xfea\0", Format::Yaml).reason.contains("UTF-16"));
}
