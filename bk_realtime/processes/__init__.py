"""The processes of one session: started, watched, ended."""
