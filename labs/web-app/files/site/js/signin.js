account.page(async (field) => {
  try {
    await account.signIn(field("email"), field("password"));
    location.href = "ride.html";
  } catch (error) {
    if (error.code === "UserNotConfirmedException") location.href = "verify.html?email=" + encodeURIComponent(field("email"));
    else throw error;
  }
});
