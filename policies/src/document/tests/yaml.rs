//! YAML.

use super::*;

fn at<'d>(document: &'d Document, pointer: &str) -> Node<'d> {
    document.find(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
}

fn line_and_column(node: Node<'_>) -> (u32, u32) {
    (node.position().line, node.position().column)
}

#[test]
fn every_scalar_style_has_its_text_and_its_bytes() {
    let document = yaml("a: x y\nb: 'it''s'\nc: \"t\\ty\"\nd: |\n  one\n  two\n\ne: >-\n  one\n  two\n");
    let texts: Vec<_> = document.root().entries().map(|e| e.value.text().unwrap_or_default()).collect();
    assert_eq!(texts, ["x y", "it's", "t\ty", "one\ntwo\n", "one two"]);
    let bytes: Vec<_> = document.root().entries().map(|e| written(e.value)).collect();
    assert_eq!(bytes, ["x y", "'it''s'", "\"t\\ty\"", "|\n  one\n  two", ">-\n  one\n  two"]);
}

#[test]
fn collections_span_their_first_to_their_last_child() {
    let document = yaml("list:\n  - a\n  - b: c\n\n# end\nflow: [1, {x: y}]\n");
    assert_eq!(written(at(&document, "/list")), "- a\n  - b: c");
    assert_eq!(written(at(&document, "/flow")), "[1, {x: y}]");
    assert_eq!(written(at(&document, "/flow/1")), "{x: y}");
}

#[test]
fn raw_text_is_kept_where_other_readers_see_numbers_and_booleans() {
    let document = yaml("account: 012345678901\nversion: 1.10\nanswer: yes\n");
    assert_eq!(at(&document, "/account").text(), Some("012345678901"));
    assert_eq!(at(&document, "/version").text(), Some("1.10"));
    assert_eq!(at(&document, "/answer").boolean(), Some(true));
}

#[test]
fn absent_values_are_null_and_stand_behind_their_colon() {
    let document = yaml("a:\nb: ~\nc: \"\"\n");
    assert!(at(&document, "/a").is_null() && at(&document, "/b").is_null());
    assert_eq!(at(&document, "/c").text(), Some(""));
    assert_eq!(line_and_column(at(&document, "/a")), (1, 3));
}

#[test]
fn an_alias_is_a_copy_that_knows_where_it_was_written() {
    let document = yaml("a: &x {k: [1, 2]}\nb: *x\n");
    let copy = at(&document, "/b/k/1");
    assert_eq!(copy.text(), Some("2"));
    assert!(copy.is_copied() && !at(&document, "/a/k/1").is_copied());
    assert_eq!(copy.span(), at(&document, "/a/k/1").span());
    assert_eq!(copy.pointer(), "/b/k/1");
}

#[test]
fn merged_members_give_way_to_own_and_to_earlier_ones() {
    let document = yaml("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: [*a, *b]\nd: {<<: *a}\n");
    let members: Vec<_> = at(&document, "/c").entries().map(|e| (e.key.text(), e.value.text())).collect();
    assert_eq!(members, [(Some("z"), Some("3")), (Some("x"), Some("1")), (Some("y"), Some("1"))]);
    assert!(at(&document, "/d/x").is_copied());
    assert!(document.duplicates().is_empty() && document.find("/d/<<").is_none());
}

#[test]
fn a_quoted_merge_key_is_a_key() {
    assert_eq!(yaml("'<<': {a: b}\n").find("/<</a").and_then(Node::text), Some("b"));
}

#[test]
fn repeated_keys_are_recorded_and_the_later_counts() {
    let document = yaml("env:\n  a: 1\n  b: 2\n  a: 3\n");
    let [pair] = document.duplicates() else { panic!("one pair") };
    assert_eq!(document.node(pair.first).text(), Some("1"));
    assert_eq!(document.node(pair.second).text(), Some("3"));
    assert_eq!(at(&document, "/env/a").text(), Some("3"));
}

#[test]
fn repeated_keys_of_a_large_mapping_are_recorded() {
    let members: Vec<_> = (0..1000).map(|n| format!("k{n}: {n}\n")).collect();
    assert_eq!(yaml(&(members.concat() + "k7: again\n")).duplicates().len(), 1);
}

const GLUED: &str = "apiVersion: v1\nkind: Pod\nspec: {a: 1}\napiVersion: v1\nkind: Service\nspec: {b: 2}\n";

#[test]
fn objects_without_a_line_between_them_are_told_apart() {
    let document = yaml(GLUED);
    let kinds: Vec<_> = document.objects().map(|object| object.get("kind").and_then(Node::text)).collect();
    assert_eq!(kinds, [Some("Pod"), Some("Service")]);
    let first = document.objects().next().and_then(|pod| pod.get("spec")).map(Node::pointer);
    assert_eq!(first.as_deref(), Some("/spec"));
}

#[test]
fn a_missing_line_between_objects_is_one_repeated_key() {
    let document = yaml(GLUED);
    let [only] = document.duplicates() else { panic!("one pair") };
    assert_eq!(document.pointer(only.second), "/apiVersion");
}

#[test]
fn a_repeated_member_of_one_object_leaves_it_one() {
    let document = yaml("apiVersion: v1\nkind: Pod\nspec: {a: 1}\nspec: {b: 2}\n");
    assert_eq!((document.objects().len(), document.duplicates().len()), (1, 1));
}

#[test]
fn tags_are_kept_as_written() {
    let document = yaml("a: !Ref Role\nb: !Join ['', [x]]\nc: !!str 1\n");
    let tags: Vec<_> = document.root().entries().map(|e| e.value.tag()).collect();
    assert_eq!(tags, [Some("!Ref"), Some("!Join"), Some("!!str")]);
}

#[test]
fn unrendered_braces_read_as_text() {
    let document = yaml("image: {{ .Values.image }}\n{{ .key }}: x\n");
    assert_eq!(at(&document, "/image").text(), Some("{{ .Values.image }}"));
    assert_eq!(at(&document, "/{{ .key }}").text(), Some("x"));
}

#[test]
fn comments_keep_their_places_and_long_blocks_are_no_error() {
    let header = "# licence\n".repeat(500);
    let text = format!("{header}a:\n{header}  - b # here\n# last\n");
    let document = yaml(&text);
    assert_eq!(document.comments().len(), 1002);
    let last = document.comments()[1001];
    assert_eq!(&text[last.start as usize..last.end as usize], "# last");
}

#[test]
fn a_stream_goes_on_after_a_document_that_cannot_be_read() {
    let text = "a: 1\n---\nb: [1, 2\n---\n{{- if .Values.x }}\nkind: Pod\n{{- end }}\n---\nc: 3\n";
    let stream = stream(text, Format::Yaml);
    let readable: Vec<_> = stream.iter().map(Result::is_ok).collect();
    assert_eq!(readable, [true, false, false, true]);
    let last = stream[3].as_ref().expect("readable");
    assert_eq!(line_and_column(at(last, "/c")), (9, 4));
    let template = stream[2].as_ref().expect_err("a template");
    assert!(template.reason.contains("template mark"), "{template}");
    assert_eq!(template.position.line, 5);
}

#[test]
fn a_template_mark_is_blamed_for_the_line_behind_it() {
    let stream = stream("{{ if .Values.on }}\nkind: Pod\n", Format::Yaml);
    let refusal = stream.iter().find_map(|document| document.as_ref().err()).expect("a refusal");
    assert!(refusal.reason.contains("template mark"), "{refusal}");
}

#[test]
fn empty_documents_are_passed_over() {
    assert_eq!(documents("---\n# nothing\n---\n\n---\na: 1\n---\n", Format::Yaml).len(), 1);
    assert!(documents("", Format::Yaml).is_empty());
    assert!(documents("# nothing\n", Format::Yaml).is_empty());
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_not_move_positions() {
    let document = yaml("\u{feff}a: 1\r\nb:\r\n  - é: x\r\n");
    assert_eq!(line_and_column(at(&document, "/a")), (1, 4));
    assert_eq!(line_and_column(at(&document, "/b/0/é")), (3, 8));
    assert_eq!(written(at(&document, "/b")), "- é: x");
}

#[test]
fn tabs_as_indentation_are_refused_where_they_stand() {
    assert_eq!(refusal("a:\n\tb: 1\n", Format::Yaml).position.line, 2);
}

#[test]
fn an_unknown_alias_is_refused_without_its_text() {
    let refusal = refusal("password: *hunter2\n", Format::Yaml);
    assert!(!refusal.reason.contains("hunter2"));
    assert_eq!(refusal.position, super::super::Position { line: 1, column: 11 });
}

#[test]
fn long_keys_are_read() {
    let key = "k".repeat(5000);
    assert!(yaml(&format!("{key}: 1\n")).find(&format!("/{key}")).is_some());
    assert!(yaml(&format!("{{\"{key}\": 1}}\n")).find(&format!("/{key}")).is_some());
}
