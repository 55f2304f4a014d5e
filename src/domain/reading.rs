//! Amounts as people read them.

/// Pounds, of their plain text: `£975,975.00`.
#[must_use]
pub fn pounds(plain: &str) -> String {
    let (sign, size) = match plain.strip_prefix('-') {
        Some(size) => ("-", size),
        None => ("", plain),
    };
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}£{grouped}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::pounds;

    #[test]
    fn thousands_are_grouped() {
        for (plain, shown) in [
            ("975975.00", "£975,975.00"),
            ("-1234.05", "-£1,234.05"),
            ("0.00", "£0.00"),
            ("999.99", "£999.99"),
        ] {
            assert_eq!(pounds(plain), shown);
        }
    }
}
