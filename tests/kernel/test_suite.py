"""The suite that Jupyter offers every kernel."""

from __future__ import annotations

import jupyter_kernel_test


class TestL1Kernel(jupyter_kernel_test.KernelTests):
    kernel_name = "l1"
    language_name = "l1"
    file_extension = ".l1"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'eprint("oops")'
    code_generate_error = "1 / 0"
    code_execute_result = (
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + "b"', "result": "ab"},
    )
    complete_code_samples = ("1", "if true: print(1) end", "let xs = [1,\n2]")
    incomplete_code_samples = ("if true {", "function f(x):\n", "[1, 2")
    invalid_code_samples = ("let = 1", "end")
    completion_samples = ({"text": "printl", "matches": {"println"}},)
    code_inspect_sample = "print"
    code_history_pattern = "6 ?*"
    supported_history_operations = ("tail", "range", "search")


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "l1"
    support_iopub_welcome = True
