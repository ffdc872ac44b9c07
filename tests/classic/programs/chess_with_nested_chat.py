"""Two players with a board: each move is made with a tool in an inner chat."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    moves: list[str] = []
    made = [False]

    def make_move(move: str) -> str:
        moves.append(move)
        made[0] = True
        return f"moved {move}"

    def check_made_move(message: dict[str, object]) -> bool:
        if made[0]:
            made[0] = False
            return True
        return False

    def tool_call(move: str) -> dict[str, object]:
        call = {"name": "make_move", "arguments": f'{{"move": "{move}"}}'}
        return {"tool_calls": [{"id": f"call_{move}", "type": "function", "function": call}]}

    white = api.autogen.ConversableAgent("Player White", llm_config=api.llm_config, system_message="You play white.")
    black = api.autogen.ConversableAgent("Player Black", llm_config=api.llm_config, system_message="You play black.")
    board = api.agent("Board Proxy", is_termination_msg=check_made_move, default_auto_reply="Please make a move.")
    for player in (white, black):
        api.autogen.register_function(make_move, caller=player, executor=board, name="make_move", description="Move.")
    for player, other in ((white, black), (black, white)):
        queue = [{"sender": board, "recipient": player, "summary_method": "last_msg", "silent": True}]
        player.register_nested_chats(trigger=other, chat_queue=queue)
    api.script(white, [tool_call("e4"), "e4, your move.", tool_call("Nf3"), "Nf3, your move."])
    api.script(black, ["hm", tool_call("e5"), "e5, your move.", tool_call("Nc6"), "Nc6, your move."])
    result = black.initiate_chat(white, message="Let's play chess! Your move.", max_turns=2)
    return {
        "moves": moves,
        "result": api.result(result),
        "calls": [api.model_calls(white), api.model_calls(black)],
        "board": api.histories(board),
        "last_sent_to_white": api.sent_to_model(white)[-1],
    }
