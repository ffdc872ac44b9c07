"""Arguments of a tool become the pydantic models they are annotated with; the result is JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tests.classic.facade import Api, Outcome


class Currency(BaseModel):
    currency: Annotated[Literal["USD", "EUR"], Field(..., description="Currency symbol")]
    amount: Annotated[float, Field(0, description="Amount of currency", ge=0)] = 0


def program(api: Api) -> Outcome:
    def double(base: Annotated[Currency, "Base currency: amount and symbol"], times: int = 2) -> Currency:
        return Currency(currency=base.currency, amount=times * base.amount)

    user, assistant = api.user(), api.assistant("assistant", [])
    api.autogen.register_function(double, caller=assistant, executor=user, description="Double it.")
    run = lambda arguments: user.execute_function({"name": "double", "arguments": arguments})
    return {
        "tools": assistant.llm_config["tools"],
        "run": run('{"base": {"currency": "EUR", "amount": 2.5}}'),
        "bad_value_says_error": run('{"base": {"currency": "XXX"}}')[1]["content"].startswith(
            "Error: 1 validation error"
        ),
    }
