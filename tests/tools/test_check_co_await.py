"""tools/check_co_await: known bad statements are found, known good ones are not."""

import importlib.machinery
import importlib.util
import pathlib
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/check_co_await"
loader = importlib.machinery.SourceFileLoader("check_co_await", str(TOOL))
check_co_await = importlib.util.module_from_spec(
    importlib.util.spec_from_loader("check_co_await", loader))
loader.exec_module(check_co_await)

BAD = {
    "a negated condition": "task<> f() { if (!co_await g()) co_return; }",
    "braced argument": "task<> f() { co_await g(options{1, 2}); }",
    "empty braces": "task<> f() { co_await g(options{}); }",
    "braced list": "task<> f() { co_await g({1, 2}); }",
    "template type": "task<> f() { co_await g(std::vector<int>{1, 2}); }",
    "on several lines": "task<> f() {\n    co_await g(\n        options{\n            1});\n}",
    "inside a chain": "task<> f() { co_await (g(options{}) && h()); }",
    "in a condition": "task<> f() { if (co_await g(options{})) { h(); } }",
    "in a loop head": "task<> f() { while (auto r = co_await g(options{})) h(r); }",
    "in a declaration": "task<> f() { const auto r = co_await g(options{}); }",
    "in a return": "task<int> f() { co_return co_await g(options{}); }",
    "made around the await": "task<a> f() { co_return a{co_await g()}; }",
    "in a nested lambda": "void f() { run([]() -> task<> { co_await g(options{}); }); }",
    "lambda with a copy": "task<> f() { co_await g([x] { return x; }); }",
    "lambda with =": "task<> f() { co_await g([=] { return x; }); }",
    "lambda with an initialiser": "task<> f() { co_await g([y = std::move(x)] { return y; }); }",
    "lambda with both": "task<> f() { co_await g([&a, x]() { return a + x; }); }",
    "await in ?:": "task<> f() { auto r = a ? co_await g() : 1; }",
    "await before ?": "task<> f() { auto r = (co_await g()) ? 2 : 1; }",
    "coroutine with captures": "void f() { spawn([&x]() -> task<> { co_await g(x); }); }",
    "coroutine that captures this": "void f() { auto c = [this]() -> task<> { co_return; }; }",
    "raw string before it": 'task<> f() { co_await g(R"x(")x", options{}); }',
}
GOOD = {
    "named first": "task<> f() { options o{1, 2}; co_await g(o); }",
    "parentheses": "task<> f() { co_await g(options()); co_await g(std::string(3, 'x')); }",
    "declaration with braces": "task<> f() { const reply r{co_await g()}; }",
    "block after if": "task<> f() { auto r = co_await g(); if (r) { h(options{1}); } else { k({1}); } }",
    "range for with a block": "task<> f() { for (auto& x : xs) { co_await g(x); } }",
    "constructor": "struct a : b { a(int x) : b{x}, y_{x} {} int y_{0}; };",
    "function body": "auto f(int a) const noexcept -> task<result<>> { co_await g(); }",
    "lambda with references": "task<> f() { co_await g([&x] { return x; }); }",
    "lambda with all references": "task<> f() { co_await g([&] { return h(options{}); }); }",
    "lambda with this": "task<> f() { co_await g([this] { return x_; }); }",
    "coroutine lambda with parameters": "void f() { spawn([](int x) -> task<> { co_await g(x); }); }",
    "subscript": "task<> f() { co_await g(items[i]); }",
    "attribute": "task<> f() { [[maybe_unused]] auto r = co_await g(); }",
    "in a comment": "task<> f() { co_await g(); /* co_await h(options{}) */ } // g({1}) co_await",
    "in a string": 'task<> f() { co_await g("options{}"); }',
    "?: beside the await": "task<> f() { co_await g(a ? b : c); }",
    "?: in another statement": "task<> f() { co_await g(); x = a ? options{1} : options{2}; }",
    "switch": "task<> f() { switch (x) { case a: { co_await g(); break; } default: break; } }",
    "namespace, enum": "namespace a::b { enum class c : int { d, e }; task<> f() { co_await g(); } }",
    "try": "task<> f() { try { co_await g(); } catch (const e& x) { h({x}); } }",
    "template": "template<class T> struct s { task<T> f() { co_return co_await g<T>(); } };",
    "let pass": "task<> f() { co_await g(options{}); } // co_await: trivially destructible",
}


class CheckTest(unittest.TestCase):
    def test_bad_statements_are_found(self):
        for name, text in BAD.items():
            with self.subTest(name):
                self.assertTrue(check_co_await.problems_of(text), text)

    def test_good_statements_pass(self):
        for name, text in GOOD.items():
            with self.subTest(name):
                self.assertEqual(check_co_await.problems_of(text), [], text)

    def test_line_is_named(self):
        text = "task<> f() {\n    co_await g(\n        options{});\n}\n"
        self.assertEqual([line for line, _ in check_co_await.problems_of(text)], [3])


if __name__ == "__main__":
    unittest.main()
