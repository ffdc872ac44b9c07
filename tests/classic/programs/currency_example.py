"""The currency example: a calculator registered by decorators, used to the end."""

from __future__ import annotations

from typing import Annotated, Literal

from tests.classic.facade import Api, Outcome

CurrencySymbol = Literal["USD", "EUR"]


def program(api: Api) -> Outcome:
    chatbot = api.autogen.AssistantAgent(
        "chatbot", llm_config=api.llm_config, system_message="Use the tools. Reply TERMINATE."
    )
    user = api.user(
        "user_proxy",
        is_termination_msg=lambda x: x.get("content", "") and x.get("content", "").rstrip().endswith("TERMINATE"),
        max_consecutive_auto_reply=10,
    )

    @user.register_for_execution()
    @chatbot.register_for_llm(description="Currency exchange calculator.")
    def currency_calculator(
        base_amount: Annotated[float, "Amount of currency in base_currency"],
        base_currency: Annotated[CurrencySymbol, "Base currency"] = "USD",
        quote_currency: Annotated[CurrencySymbol, "Quote currency"] = "EUR",
    ) -> str:
        rate = 1.0 if base_currency == quote_currency else 1 / 1.1 if base_currency == "USD" else 1.1
        return f"{rate * base_amount:.2f} {quote_currency}"

    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "currency_calculator", "arguments": '{"base_amount": 110}'},
    }
    api.script(chatbot, [{"tool_calls": [call]}, "110 USD is 100.00 EUR. TERMINATE"])
    result = api.drive("initiate_chat", user, chatbot, message="How much is 110 USD in EUR?")
    return {"result": api.result(result), "tools": chatbot.llm_config["tools"], "histories": api.histories(chatbot)}
