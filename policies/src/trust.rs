//! Whether a role's trust policy lets ECS tasks assume it, as far as that policy itself can tell.
//!
//! Sources: Amazon ECS developer guide, "Task IAM role"; IAM user guide, "IAM JSON policy element reference".

use crate::document::{Format, Limits, Node, parse};

/// The service that tasks get their role through.
const SERVICE: &str = "ecs-tasks.amazonaws.com";

/// How it does.
const ACTION: &str = "sts:assumerole";

/// Whether a trust policy, as IAM keeps it, lets no ECS task assume its role; `None` where the text is none.
pub fn text_refuses_tasks(text: &str) -> Option<bool> {
    let documents = parse(&"trust policy".into(), text.as_bytes(), Format::Json, Limits::default());
    let document = documents.into_iter().next()?.ok()?;
    document.root().get("Statement")?;
    Some(refuses_tasks(document.root()))
}

/// Whether no statement lets ECS tasks assume the role, or one forbids it without a condition. What a condition
/// comes to is not known here, and counts for the role.
pub(crate) fn refuses_tasks(policy: Node<'_>) -> bool {
    let statements = list(policy, "Statement");
    let of = |effect: &'static str| {
        statements
            .iter()
            .filter(move |statement| statement.get("Effect").and_then(Node::text) == Some(effect))
    };
    let allowed = of("Allow").any(|statement| concerns_tasks(*statement, true));
    let denied = of("Deny").any(|s| s.get("Condition").is_none() && concerns_tasks(*s, false));
    !allowed || denied
}

/// Whether a statement is about tasks that assume the role; `doubt` where it names whom or what it is not about.
fn concerns_tasks(statement: Node<'_>, doubt: bool) -> bool {
    let principal = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(principal), _) => names_tasks(principal),
        (None, Some(_)) => doubt,
        (None, None) => false,
    };
    let action = match statement.get("NotAction") {
        Some(_) => doubt,
        None => texts(statement, "Action").iter().any(|action| is_meant(&action.to_ascii_lowercase())),
    };
    principal && action
}

/// Whether a pattern is about the action: in it `*` stands for any text, `?` for one letter. Each letter of the
/// pattern leads from the places of the action that were reached to those that now are.
fn is_meant(pattern: &str) -> bool {
    let mut reached = vec![true];
    reached.resize(ACTION.len() + 1, false);
    for letter in pattern.bytes() {
        if letter == b'*' {
            let first = reached.iter().position(|at| *at).unwrap_or(reached.len());
            reached[first..].fill(true);
        } else {
            let fits = |(at, own): (&bool, u8)| *at && (letter == b'?' || letter == own);
            reached = std::iter::once(false).chain(reached.iter().zip(ACTION.bytes()).map(fits)).collect();
        }
    }
    reached.last() == Some(&true)
}

fn names_tasks(principal: Node<'_>) -> bool {
    let services = texts(principal, "Service");
    principal.text() == Some("*")
        || services.iter().any(|service| *service == SERVICE || *service == "*")
        || texts(principal, "AWS").contains(&"*")
}

fn texts<'d>(node: Node<'d>, key: &str) -> Vec<&'d str> {
    list(node, key).into_iter().filter_map(Node::text).collect()
}

/// A member that may be one or a list.
fn list<'d>(node: Node<'d>, key: &str) -> Vec<Node<'d>> {
    match node.get(key) {
        Some(many) if many.is_sequence() => many.items().collect(),
        one => one.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    fn refuses(statement: &str) -> bool {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        super::text_refuses_tasks(&text).unwrap()
    }

    #[test]
    fn what_is_no_trust_policy_says_nothing() {
        for text in ["", "{", "[]", "{}", "null"] {
            assert_eq!(super::text_refuses_tasks(text), None, "{text}");
        }
    }

    #[test]
    fn patterns_of_actions_are_read_as_iam_reads_them() {
        for fits in ["*", "sts:*", "sts:assumerole", "s*:assume*", "sts:assumerol?", "**e", "*role*"] {
            assert!(super::is_meant(fits), "{fits}");
        }
        for other in ["", "sts:assumerolewithsaml", "sts:assumerole?", "sts", "*roles", "s3:*", "?"] {
            assert!(!super::is_meant(other), "{other}");
        }
    }

    #[test]
    fn a_policy_that_may_let_tasks_in_does_not_contradict() {
        for statement in [
            r#"{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
            r#"[{"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]},
                "Action": ["sts:TagSession", "sts:Assume*"], "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}]"#,
            r#"{"Effect": "Allow", "Principal": "*", "Action": "*"}"#,
            r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "NotAction": "sts:TagSession"}"#,
        ] {
            assert!(!refuses(statement), "{statement}");
        }
    }

    #[test]
    fn a_policy_that_lets_no_task_in_contradicts() {
        for statement in [
            "[]",
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
            r#"{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
            r#"[{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"},
                {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}]"#,
        ] {
            assert!(refuses(statement), "{statement}");
        }
    }
}
